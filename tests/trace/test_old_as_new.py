"""Old footage that returns as new is flagged with both posts quoted; a plain repost is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.model.segment import Box, Edit
from indelible.trace.newness import DAY, WEEK, YESTERDAY, claims, names_year, says_old
from indelible.trace.seen import PostSeen
from indelible.trace.traced import Flag
from indelible.trace.tracing import trace
from world.seen import At, forward, link, media, post, seen

POSTED = datetime(2023, 4, 11, 8, 12, tzinfo=UTC)
MIRRORED = Edit(mirrored=True, box=Box(10, 10, 300, 200))
FIRST = post(1, 2, "old", 0, "Evacuation drill at the campus this morning. Full clip.")


def _flags(later: PostSeen, edit: Edit | None = None, first: PostSeen = FIRST) -> list[Flag]:
    links = [link(At("new", 0, 8), At("old", 3, 11), edit=edit)]
    (footage,) = trace(seen([first, later], links, media=media(old=[0, 14], new=[0, 8]))).footage
    return list(footage.flags)


def test_a_mirrored_clip_of_this_morning_that_is_two_years_old_is_flagged_with_both_posts_quoted() -> None:
    (flag,) = _flags(post(2, 2, "new", 678, "СРОЧНО! Сегодня утром у ратуши."), MIRRORED)
    assert flag.kind == "old as new"
    assert flag.because == (
        "Берег message 2 (telegram:2/2, 2023-04-11T09:14:00.000Z, stated) says “СРОЧНО! Сегодня утром у ратуши.” and names no source; "
        "its text claims that this is new (“срочно”, “сегодня утром”). The same picture was seen 678 days earlier: "
        "Harbour message 2 (telegram:1/2, 2021-06-02T09:14:00.000Z, stated) says “Evacuation drill at the campus this morning. Full clip.”. "
        "Edit found: mirrored, cropped, trimmed."
    )


@pytest.mark.parametrize(
    ("later", "edit"),
    [
        (post(2, 2, "new", 678, "Надіслали підписники. Перевіряємо."), None),  # a plain repost claims nothing
        (post(2, 2, "new", 678, "Ещё кадр с места"), Edit(box=Box(0, 0, 9, 9))),  # cropped, as any platform does
        (post(2, 2, "new", 678, "Today!", forward=forward(1)), MIRRORED),  # an open forward names its source
        (post(2, 2, "new", 678, "عاجل", forward=forward(4)), None),  # also when the source is not held
        (post(1, 9, "new", 678, "today, again", reply_to=FIRST.id), MIRRORED),  # it answers the old post
        (post(2, 2, "new", 0.9, "Today at the campus"), MIRRORED),  # within a day it is the news itself
        (post(2, 2, "new", 1.5, "Yesterday at the campus"), None),  # the word points back so far
        (post(2, 2, "new", 678, "FACT CHECK: this clip of today is old footage"), MIRRORED),
        (post(2, 2, "new", 678, "The “today” clip"), None),  # a quoted word is another's
        (post(2, 2, "new", 678, "Nous l'avions vu en 2021"), MIRRORED),  # it names the year
        (post(1, 9, "new", 678, "Drill"), MIRRORED),  # a channel may mirror its own
        (post(2, 2, "new", None, "today"), MIRRORED),  # without a date nothing is later
    ],
)
def test_what_does_not_pass_old_footage_off_as_new_is_not_flagged(later: PostSeen, edit: Edit | None) -> None:
    assert _flags(later, edit) == []


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        ("", MIRRORED),
        ("Ohne Worte", Edit(speed_ratio=-1.0)),
        ("At the town hall", Edit(speed_ratio=1.2)),
        ("Town hall, 11.04.2023", None),
        ("Yesterday at the town hall", None),
        ("Ce matin devant la mairie", None),
        ("市政厅,今天上午", None),
    ],
)
def test_a_claim_or_an_edit_that_hides_is_enough(text: str, edit: Edit | None) -> None:
    assert len(_flags(post(2, 2, "new", 678, text), edit)) == 1


def test_a_speed_within_rounding_of_a_frame_rate_hides_nothing() -> None:
    assert _flags(post(2, 2, "new", 678, "At the town hall"), Edit(speed_ratio=1.01)) == []


def test_the_same_file_posted_as_new_is_flagged() -> None:
    (footage,) = trace(seen([FIRST, post(2, 2, "old", 30, "Just now at the campus")])).footage
    assert footage.flags[0].because.endswith("Edit found: none.")


def test_the_edit_is_told_alike_whichever_clip_was_asked_about() -> None:
    edit = Edit(mirrored=True, query_box=Box(10, 10, 300, 200))
    links = [link(At("old", 3, 11), At("new", 0, 8), edit=edit)]
    posts = [FIRST, post(2, 2, "new", 678, "Today")]
    (footage,) = trace(seen(posts, links, media=media(old=[0, 14], new=[0, 8]))).footage
    assert footage.flags[0].because.endswith("Edit found: mirrored, cropped, trimmed.")


SAYS_NEW = """
Breaking: the town hall now
Сегодня утром у ратуши
Щойно біля ратуші
صباح اليوم أمام البلدية
واليوم في المدينة
امروز صبح جلوی شهرداری
آج صبح سٹی ہال کے باہر
היום בבוקר ליד העירייה
Bu sabah belediye önünde
Heute früh vor dem Rathaus
Aujourd’hui devant la mairie
Esta mañana en el ayuntamiento
Hoje de manhã na câmara
Stamattina davanti al municipio
Dziś rano pod ratuszem
今天上午市政厅
今朝の市役所前
오늘은 시청 앞에서
आज सुबह नगर भवन
আজ সকালে
ယနေ့ မနက်
ዛሬ ጠዋት
ሎሚ ንግሆ
Leo asubuhi mjini
Hari ini di balai kota
Hôm nay trước tòa thị chính
เช้านี้หน้าศาลากลาง
დღეს დილით
այսօր առավոտյան
Idag på torget
Данас испред скупштине
""".strip().split("\n")


@pytest.mark.parametrize("text", SAYS_NEW)
def test_newness_is_read_in_many_languages(text: str) -> None:
    assert claims(text, POSTED), text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The todays of our lives",
        "Ma non è vero",  # Italian: but
        "Hier ist das Rathaus",  # German: here
        "Сегодняшний-то выпуск газеты",
        "الصفحة اليومية",
        "Room 11.04, file 99/99/2023",
        "On 2 June 2021, 02.06.2021",
    ],
)
def test_other_words_and_other_days_claim_nothing(text: str) -> None:
    assert claims(text, POSTED) == ()


def test_words_reach_as_far_back_as_they_honestly_can() -> None:
    assert [c.reach for c in claims("today, yesterday or this week", POSTED)] == [DAY, YESTERDAY, WEEK]


@pytest.mark.parametrize("text", ["on 2023-04-11", "11.04.23", "4/11/2023", "10.04.2023"])
def test_the_posts_own_day_in_figures_claims_newness(text: str) -> None:
    assert claims(text, POSTED)


def test_a_text_that_says_old_says_so_in_many_languages() -> None:
    for text in ("Old video!", "Это старое видео", "فيديو قديم يعاد نشره", "Archivbilder", "旧视频"):
        assert says_old(text), text
    assert not says_old("A 3 year old child")
    assert names_year("from 2021", POSTED - timedelta(days=700), POSTED)
    assert not names_year("item 12021", POSTED - timedelta(days=700), POSTED)


@given(st.text())
def test_any_text_is_read_without_a_crash(text: str) -> None:
    said = claims(text, POSTED)
    says_old(text)
    assert len(set(said)) == len(said)
