"""What a run keeps of itself, without a run."""

from tests.soak.journal import Journal, code_of


def episode(name, events=5_000):
    return {"episode": name, "events": events, "digest": f"d{name}", "kinds": {}, "failures": {}}


def test_whole_episodes_are_there_again(tmp_path):
    kept = Journal(tmp_path / "soak" / "seed-1.jsonl", "abc", 5_000)
    kept.add(episode("1.0"))
    kept.add(episode("1.1", 5_100))

    again = Journal(tmp_path / "soak" / "seed-1.jsonl", "abc", 5_000)

    assert list(again.episodes) == ["1.0", "1.1"]
    assert again.episodes["1.0"] == episode("1.0")
    assert again.events == 10_100
    assert not again.is_outdated


def test_a_torn_line_is_an_episode_that_did_not_end(tmp_path):
    path = tmp_path / "seed-1.jsonl"
    kept = Journal(path, "abc", 5_000)
    kept.add(episode("1.0"))
    path.write_text(path.read_text() + '{"episode": "1.1", "ev')

    again = Journal(path, "abc", 5_000)
    again.add(episode("1.2"))

    assert list(Journal(path, "abc", 5_000).episodes) == ["1.0", "1.2"]


def test_other_code_or_another_length_begins_again(tmp_path):
    path = tmp_path / "seed-1.jsonl"
    for code, length in (("abc", 5_000), ("abd", 5_000), ("abd", 400)):
        kept = Journal(path, code, length)
        assert not kept.episodes
        assert kept.is_outdated == ((code, length) != ("abc", 5_000))
        kept.add(episode("1.0"))


def test_the_code_has_another_name_after_any_change(tmp_path):
    for part in ("billing", "infra", "platform", "shop", "tenants", "tests/soak", "tests/shop"):
        (tmp_path / part).mkdir(parents=True)
    (tmp_path / "requirements.lock").write_text("django==5.2\n")
    source = tmp_path / "shop" / "orders.py"
    names = [code_of(tmp_path)]
    for text in ("a = 1\n", "a = 2\n"):
        source.write_text(text)
        names.append(code_of(tmp_path))
    source.rename(tmp_path / "shop" / "carts.py")
    names.append(code_of(tmp_path))

    assert len(set(names)) == 4
    assert code_of() == code_of()
