"""Words by which a text says that something is new, or that it is old, in many languages.

A list of words is no judgement: a text that holds one is quoted, and a person reads it. Every language is treated alike:
"today" and its times of day, "just now" and "breaking"; "yesterday"; "this week". `reach` says how far back the words can
honestly point, so "yesterday" over a clip of yesterday is no contradiction. A date of the post itself, printed in figures in
its text, says the same in any language. Single words inside quotation marks are another's words and are left out.
Limits: the list is short, word forms are few, irony is not understood; docs/decisions/0013-footage-and-flags.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

DAY = timedelta(hours=24)
YESTERDAY = timedelta(hours=48)
WEEK = timedelta(days=8)

# One line a language: Arabic, Armenian, Azerbaijani, Bengali, Burmese, Chinese, Czech, Dutch, English, Estonian, French, Georgian,
# German, Greek, Hausa, Hebrew, Hindi, Hungarian, Indonesian, Italian, Japanese, Korean, Kurdish, Pashto, Persian, Polish,
# Portuguese, Romanian, Russian, Serbo-Croatian, Somali, Spanish, Swahili, Tamil, Thai, Tigrinya, Turkish, Ukrainian, Urdu, Vietnamese,
# Amharic, Belarusian, Swedish with Danish, Norwegian and Finnish, Bulgarian. Left out are words that mean something else in another
# language of the list (ma, hier, leo), and a bare "now", which news says of anything.
_TODAY = """
اليوم|هذا الصباح|صباح اليوم|مساء اليوم|الليلة|قبل قليل|منذ قليل|قبل ساعة|عاجل
այսօր|այս առավոտ|հենց նոր|հրատապ
bu gün|bu səhər|indicə|təcili
আজ|আজকে|আজ সকালে|এইমাত্র|ব্রেকিং
ယနေ့|ဒီနေ့|ဒီမနက်|အခုလေးတင်
今天|今日|今早|今晚|刚刚|剛剛|突发|突發
dnes|dnes ráno|právě teď|mimořádně
vandaag|vanochtend|vanmorgen|zojuist|net binnen
today|this morning|this afternoon|this evening|tonight|just now|right now|minutes ago|an hour ago|hours ago|just in|breaking
täna|täna hommikul|äsja
aujourd'hui|ce matin|ce soir|cet après-midi|à l'instant|il y a une heure|flash info
დღეს|დღეს დილით|ახლახან|სასწრაფოდ
heute|heute früh|heute morgen|heute abend|soeben|gerade eben|eilmeldung
σήμερα|σήμερα το πρωί|μόλις τώρα|έκτακτο
yanzu|yau da safe|da safiyar yau
היום|הבוקר|הערב|הלילה|הרגע|מבזק
आज|आज सुबह|अभी अभी|अभी-अभी|ब्रेकिंग
ma reggel|az imént
hari ini|pagi ini|tadi pagi|malam ini|baru saja
oggi|stamattina|stasera|poco fa|ultim'ora
今朝|今夜|たった今|本日|速報
오늘|오늘 아침|방금|속보
îro|vê sibê|ئەمڕۆ|ئێستا
نن|نن سهار|همدا اوس
امروز|امروز صبح|امشب|همین الان|هم اکنون|فوری
dziś|dzisiaj|dziś rano|przed chwilą|z ostatniej chwili
hoje|hoje de manhã|esta manhã|agora mesmo|urgente
astăzi|azi|azi dimineață|chiar acum
сегодня|сегодня утром|только что|этим утром|час назад|срочно
danas|jutros|večeras|upravo sada|данас|јутрос|управо сада|hitno
maanta|saaka
hoy|esta mañana|esta tarde|esta noche|ahora mismo|hace una hora|última hora
leo asubuhi|leo hii|sasa hivi
இன்று|இன்று காலை|சற்றுமுன்
วันนี้|เช้านี้|เมื่อเช้านี้|เมื่อสักครู่|ด่วน
ሎሚ|ሎሚ ንግሆ|ሕጂ
bugün|bu sabah|bu akşam|az önce|son dakika
сьогодні|сьогодні вранці|щойно|цього ранку|годину тому|терміново
آج|آج صبح|ابھی ابھی|بریکنگ
hôm nay|sáng nay|vừa xong|tối nay
ዛሬ|ዛሬ ጠዋት
сёння|толькі што|сёння раніцай
idag|i dag|i morse|tänään|tänä aamuna
днес|тази сутрин|току-що|спешно
"""
_YESTERDAY = """
أمس|البارحة|երեկ|dünən|গতকাল|မနေ့က|昨天|昨晚|včera|gisteren|yesterday|last night|გუშინ|gestern|hier soir|hier matin|χθες|χτες
אתמול|अभी कल|tegnap|kemarin|ieri|昨日|어제|دوێنێ|پرون|دیروز|دیشب|wczoraj|ontem|aseară|вчера|jučer|juče|јуче|shalay|ayer|anoche
நேற்று|เมื่อวาน|ትማሊ|dün|вчора|گزشتہ روز|hôm qua|ትናንት|учора
"""
_WEEK = """
هذا الأسبوع|这周|本周|tento týden|deze week|this week|cette semaine|diese woche|αυτή την εβδομάδα|השבוע|इस सप्ताह|इस हफ्ते|ezen a héten|minggu ini
questa settimana|今週|이번 주|این هفته|w tym tygodniu|esta semana|săptămâna aceasta|на этой неделе|ove nedelje|ovaj tjedan|wiki hii|สัปดาห์นี้
bu hafta|цього тижня|اس ہفتے|tuần này|гэтага тыдня|тази седмица|այս շաբաթ|ამ კვირაში
"""
# Said of the clip itself: a text that says so does not pass it off as new.
_OLD = """
old video|old footage|old clip|archive footage|from the archive|from our archive|fact check|fact-check|recirculat\\w*|resurfac\\w*|throwback
старое видео|старая запись|из архива|архивн\\w+|фактчек\\w*|старе відео|старий запис|з архіву|архівн\\w+|фейк\\w*
فيديو قديم|مقطع قديم|من الأرشيف|ویدیوی قدیمی|فیلم قدیمی|پرانی ویڈیو|סרטון ישן|מהארכיון|eski video|eski görüntü\\w*|arşiv\\w*
vieille vidéo|ancienne vidéo|images d'archives|altes video|archivbild\\w*|archivaufnahme\\w*|video antiguo|video viejo|vídeo antigo|vecchio video
stare nagranie|stare wideo|旧视频|舊影片|古い動画|옛 영상|पुराना वीडियो|video lama|video cũ|vecchio filmato|imágenes de archivo
"""

_NO_SPACES = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff]")  # scripts that write words together
_ABJAD = re.compile(r"[\u0590-\u05ff\u0600-\u06ff]")  # scripts that write "and", "in", "the" on the word's front
_ONE_SPELLING = str.maketrans("ёیىکأإ’", "еييكاا'")  # letters that are typed either way
_ENDINGS = re.compile(r"[\uac00-\ud7a3]")  # Korean joins its particles to the word's end
_FRONT = "[وفبلکולבמשהכ]{0,2}"
_QUOTED = re.compile(r"[\"“„«‹‘「『]\s*[^\"“”„«»‹›‘’「」『』]{1,24}?\s*[\"”“»›’」』]")
_FIGURES = re.compile(r"(?<!\d)(\d{4}|\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?!\d)")
_WORDS_IN_QUOTE_MAX = 2


@dataclass(frozen=True)
class Claim:
    """The words of a text that say that something is new, as they stand there, and how far back they can point."""

    words: str
    reach: timedelta


def claims(text: str, posted: datetime) -> tuple[Claim, ...]:
    """What in a text claims newness, in order of appearance; each wording once."""
    said = _own_words(_plain(text))
    found = [(m.start(), Claim(m[0], reach)) for pattern, reach in _CLAIMS for m in pattern.finditer(said)]
    found += [(at, Claim(words, DAY)) for at, words, day in _dates(said) if abs(day - posted.date()) <= timedelta(days=1)]
    return tuple(dict.fromkeys(claim for _, claim in sorted(found, key=lambda item: item[0])))


def says_old(text: str) -> bool:
    """Whether a text says itself that a clip is old, or that it checks one."""
    return _SAYS_OLD.search(_plain(text)) is not None


def names_year(text: str, seen: datetime, posted: datetime) -> bool:
    """Whether a text names the earlier year in which its footage was seen."""
    return seen.year != posted.year and re.search(rf"(?<!\d){seen.year}(?!\d)", _plain(text)) is not None


def _plain(text: str) -> str:
    """NFKC and lower case, Arabic vowel signs and stretching left out, and invisible characters too."""
    folded = unicodedata.normalize("NFKC", text).lower().translate(_ONE_SPELLING)
    return "".join(c for c in folded if c != "ـ" and unicodedata.category(c) != "Cf" and not "\u064b" <= c <= "\u0652")


def _own_words(text: str) -> str:
    return _QUOTED.sub(lambda found: found[0] if len(found[0].split()) > _WORDS_IN_QUOTE_MAX else " ", text)


def _pattern(lines: str) -> re.Pattern[str]:
    words = sorted({w for line in lines.split("\n") for w in line.split("|") if w}, key=lambda w: (-len(w), w))
    return re.compile("|".join(_word(word) for word in words))


def _word(word: str) -> str:
    shape = _plain(word).replace(" ", r"\s+")
    if _NO_SPACES.search(word):
        return shape
    front, end = _FRONT if _ABJAD.search(word) else "", "" if _ENDINGS.search(word) else r"(?!\w)"
    return rf"(?<!\w){front}{shape}{end}"


def _dates(text: str) -> Iterator[tuple[int, str, date]]:
    """Every day that figures in a text can mean: year first, day first, or month first."""
    for found in _FIGURES.finditer(text):
        first, middle, last = (int(part) for part in found.groups())
        century = 2000 if last < 100 else 0  # noqa: PLR2004  two figures
        for year, month, day in {(first, middle, last), (last + century, middle, first), (last + century, first, middle)}:
            try:
                yield found.start(), found[0], date(year, month, day)
            except ValueError:
                continue  # no such day when read this way


_CLAIMS = ((_pattern(_TODAY), DAY), (_pattern(_YESTERDAY), YESTERDAY), (_pattern(_WEEK), WEEK))
_SAYS_OLD = _pattern(_OLD)
