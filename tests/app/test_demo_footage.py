"""The demonstration's footage and exports hold what their truth says, as our own rooms see it."""

import hashlib
from itertools import combinations

import numpy as np
import pytest

from indelible.app.demo import edits
from indelible.app.demo.scenes import FPS, HEIGHT, SCENES, WIDTH, film
from indelible.app.demo.sounds import RATE_HZ
from indelible.app.demo.story import make_demo
from indelible.app.fingerprinting import fingerprint_file
from indelible.collect.sources import open_source
from indelible.fingerprint.sound import fingerprint_sound
from indelible.match.medium import match_medium
from indelible.match.references import References
from indelible.match.sound import match_sound
from indelible.media.outcome import Plan
from indelible.media.pool import Pool
from indelible.model.found import ChannelFound, Disagreement, FileRole, FoundFile, FoundPost, Refusal, Repair
from indelible.model.segment import Relation
from indelible.settings import Settings


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def truth(folder):
    return make_demo(folder)


@pytest.fixture(scope="module")
def findings(truth):
    return [finding for source in truth.sources for finding in open_source(source, Settings()).findings()]


@pytest.fixture(scope="module")
def posts(findings):
    return {f"telegram:{post.id.peer}/{post.id.message}": post for post in findings if isinstance(post, FoundPost)}


@pytest.fixture(scope="module")
def made(truth, folder):
    """What the decoders and fingerprints make of each clip, by its path."""
    with Pool.start(Settings()) as pool:
        return {clip.path: fingerprint_file(folder / clip.path, clip.path, pool, Plan()) for clip in truth.clips}


@pytest.fixture(scope="module")
def matches(truth, made):
    """Pairs of posts with the relation found between their clips."""
    post_of = {clip.path: clip.post for clip in truth.clips}
    found = set()
    for path, clip in made.items():
        others = References.of([(other, one.fingerprint) for other, one in made.items() if other != path and one.fingerprint])
        for match in match_medium(clip.fingerprint, others):
            found.add((frozenset({post_of[path], post_of[match.reference]}), match.relation))
    return found


@pytest.mark.parametrize("name", SCENES)
def test_every_scene_moves_and_sounds(name):
    footage = film(name, 1, 1.5)
    assert footage.frames.shape == (round(1.5 * FPS), HEIGHT, WIDTH, 3)
    assert len(footage.sound) == round(1.5 * RATE_HZ)
    assert np.abs(footage.frames[0].astype(int) - footage.frames[-1]).mean() > 1
    assert np.abs(footage.sound.astype(int)).max() > 5_000


def test_another_seed_gives_another_scene():
    assert (film("market", 1, 0.1).frames[0] != film("market", 2, 0.1).frames[0]).mean() > 0.3


def test_no_two_scenes_sound_alike():
    sounds = {name: fingerprint_sound(scene.sound(1, 8), RATE_HZ) for name, scene in SCENES.items()}
    assert [(one, other) for one, other in combinations(sounds, 2) if match_sound(sounds[one], [(other, sounds[other])])] == []


def test_the_sound_of_every_scene_is_found_in_a_part_of_it():
    for scene in SCENES.values():
        whole, part = scene.sound(1, 8), scene.sound(1, 8)[2 * RATE_HZ : 7 * RATE_HZ]
        assert match_sound(fingerprint_sound(part, RATE_HZ), [("whole", fingerprint_sound(whole, RATE_HZ))])


def test_edits_leave_their_own_footage_alone():
    footage = film("lake", 1, 0.5)
    before = footage.frames.copy(), footage.sound.copy()
    for edit in (edits.mirrored, edits.letterboxed, edits.with_logo, edits.as_screen_recording):
        edit(footage)
    edits.captioned(edits.cropped(edits.trimmed(footage, 0, 0.4), 0.2), "WORDS")
    assert (footage.frames == before[0]).all()
    assert (footage.sound == before[1]).all()


def test_a_trim_keeps_picture_and_sound_together():
    part = edits.trimmed(film("lake", 1, 2), 0.5, 1.5)
    assert (part.seconds, len(part.sound)) == (1, RATE_HZ)


def test_the_same_seed_makes_the_same_bytes(truth, folder, tmp_path):
    make_demo(tmp_path)
    for clip in truth.clips:
        one, other = ((root / clip.path).read_bytes() for root in (folder, tmp_path))
        assert hashlib.sha256(one).digest() == hashlib.sha256(other).digest(), clip.path


def test_every_record_of_the_exports_is_read_and_nothing_is_amiss_with_their_form(truth, findings, posts):
    assert len(posts) == truth.posts
    assert [finding for finding in findings if isinstance(finding, Refusal | Repair | Disagreement)] == []


def test_every_clip_is_referred_to_by_the_post_that_the_truth_names(truth, posts):
    for clip in truth.clips:
        (medium,) = posts[clip.post].media
        assert clip.path.endswith(medium.name)


def test_every_file_of_the_exports_belongs_to_a_post(truth, folder, findings):
    listed = {f.path for f in findings if isinstance(f, FoundFile) and f.role is not FileRole.UNREFERENCED}
    assert {str(path) for path in folder.rglob("*") if path.is_file()} == listed


def test_the_missing_file_is_named_with_its_reason(truth, posts):
    post, name = truth.missing
    (medium,) = posts[post].media
    assert (medium.file_name, medium.name) == (name, None)
    assert "not included" in medium.missing.lower()


def test_two_posts_of_one_channel_are_gone(truth, findings):
    channel, before, after = truth.gap
    (found,) = (f for f in findings if isinstance(f, ChannelFound) and f.channel_id == channel)
    assert found.message_ids[found.message_ids.index(before) + 1] == after == before + 3


def test_the_page_alone_tells_when_a_forward_was_first_posted(truth, posts):
    later, first = (posts[post] for post in truth.forward)
    assert later.forward.name == first.channel
    assert later.forward.at.at == first.posted.at


def test_the_earliest_post_of_each_group_is_the_first_in_time(truth, posts):
    for group in truth.groups:
        assert min(group.posts, key=lambda post: posts[post].posted.at) == group.earliest


def test_only_the_broken_file_is_not_whole(truth, made):
    assert {path for path, clip in made.items() if clip.outcome.state != "decoded"} == {truth.broken[1]}
    assert made[truth.broken[1]].outcome.state in {"partial", "undecodable"}


def test_the_copies_found_are_those_that_were_made_and_no_others(truth, matches):
    copies = {pair for pair, relation in matches if relation is Relation.COPY}
    assert copies == {frozenset(pair) for group in truth.groups for pair in combinations(group.posts, 2)}


def test_one_sound_is_found_under_other_pictures(truth, matches):
    assert {pair for pair, relation in matches if relation is Relation.SAME_SOUND} == {frozenset(truth.same_sound)}


def test_no_two_singletons_or_strangers_match(truth, matches):
    alike = {frozenset(truth.same_sound)}
    assert {pair for pair, _ in matches if pair & set(truth.singletons)} == alike


def test_every_clip_is_told_in_one_line(truth):
    assert len(truth.edits) == len(truth.clips) == 12
    assert all("\n" not in line for line in truth.edits)
