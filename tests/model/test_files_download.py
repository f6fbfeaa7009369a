"""Fetching from a hub on loopback: what arrives, what is refused, and what is left on the disk."""

import io
import logging
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import huggingface_hub
import pytest

from desktop_agent.core.errors import DownloadFailed, PlannerError, StoreError, UsageError
from desktop_agent.model.files import download, shelf, transfer
from desktop_agent.model.files.download import Fetched
from desktop_agent.model.files.hub import Hub
from desktop_agent.model.files.progress import Interrupted, Progress, Stage
from desktop_agent.model.hardware import Machine
from tests import hub as hubs
from tests.model.conftest import Pair
from tests.model.tiny import Shape, write_random_pair

REPOSITORY = "maker/Tiny-VL-GGUF"
MODEL, ENCODER = "Tiny-VL-Q4_K_M.gguf", "mmproj-Tiny-VL-F16.gguf"


@pytest.fixture
def server(random_pair: Pair, monkeypatch: pytest.MonkeyPatch) -> Iterator[hubs.Hub]:
    monkeypatch.setattr(transfer, "PAUSES", (0.0, 0.0))
    for name in ("HF_TOKEN", "HF_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    model, mmproj = random_pair
    with hubs.Hub({REPOSITORY: {MODEL: model, ENCODER: mmproj, "README.md": Path(__file__)}}) as running:
        yield running


def obtain(server: hubs.Hub, progress: Progress | None = None, repository: str = REPOSITORY) -> Fetched:
    hub, progress = Hub(server.endpoint), progress or Progress()
    offer = download.look(hub, repository, 4096, progress)
    return download.obtain(hub, offer, offer.listing.models[0], progress)


def begun() -> list[int]:
    return [path.stat().st_size for path in shelf.partials()]


def test_a_pair_is_fetched_checked_and_noted(server: hubs.Hub, random_pair: Pair) -> None:
    stages: list[Stage] = []
    fetched = obtain(server, Progress(stages.append))
    assert fetched.mmproj is not None
    for got, original in zip((fetched.model, fetched.mmproj), random_pair, strict=True):
        assert got.read_bytes() == original.read_bytes()
    assert [each.origin.repository for each in shelf.kept()] == [REPOSITORY] * 2
    assert not shelf.partials()
    model = [stage for stage in stages if stage.doing == "download" and stage.name == MODEL]
    assert model[-1].done == model[-1].total == random_pair[0].stat().st_size
    assert len(model) > 5, "progress comes all along"


def test_what_is_here_is_not_fetched_again(server: hubs.Hub) -> None:
    first = obtain(server)
    server.requests.clear()
    assert obtain(server) == first
    assert len(server.ranges) == 2, "the headers only"


def test_a_file_that_the_person_put_there_is_accepted_when_it_is_right(server: hubs.Hub, random_pair: Pair) -> None:
    folder = shelf.root() / "maker--Tiny-VL-GGUF"
    folder.mkdir(parents=True)
    shutil.copy(random_pair[0], folder / MODEL)
    server.behaviour.flip = -1000  # What would come is wrong; the header before it is not.
    with pytest.raises(DownloadFailed, match="mmproj"):
        obtain(server)
    assert [each.file.name for each in shelf.kept()] == [MODEL]


def test_a_cut_download_goes_on_by_itself(server: hubs.Hub, random_pair: Pair) -> None:
    hub, progress = Hub(server.endpoint), Progress()
    offer = download.look(hub, REPOSITORY, 4096, progress)
    server.requests.clear()
    server.behaviour.cut_after = 1_000_000
    fetched = download.obtain(hub, offer, offer.listing.models[0], progress)
    assert fetched.model.read_bytes() == random_pair[0].read_bytes()
    assert server.ranges[:3] == ["", "bytes=1000000-", "bytes=2000000-"]


def test_a_hub_that_brings_nothing_new_is_given_up_and_the_beginning_kept(server: hubs.Hub, random_pair: Pair) -> None:
    hub, progress = Hub(server.endpoint), Progress()
    offer = download.look(hub, REPOSITORY, 4096, progress)
    server.behaviour.cut_after, server.behaviour.ignore_ranges = 1_000_000, True
    with pytest.raises(DownloadFailed, match="again and again") as raised:
        download.obtain(hub, offer, offer.listing.models[0], progress)
    assert "goes on from there" in raised.value.hint
    assert begun() == [1_000_000]
    assert not shelf.kept()
    server.behaviour = hubs.Behaviour()
    server.requests.clear()
    assert obtain(server).model.read_bytes() == random_pair[0].read_bytes()
    assert "bytes=1000000-" in server.ranges


def test_a_server_that_ignores_ranges_sends_it_all_again(server: hubs.Hub, random_pair: Pair) -> None:
    hub, progress = Hub(server.endpoint), Progress()
    offer = download.look(hub, REPOSITORY, 4096, progress)
    server.behaviour.cut_after, server.behaviour.cuts, server.behaviour.ignore_ranges = 1_000_000, 1, True
    fetched = download.obtain(hub, offer, offer.listing.models[0], progress)
    assert fetched.model.read_bytes() == random_pair[0].read_bytes()


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        (hubs.Behaviour(flip=-1000), "arrived damaged"),
        (hubs.Behaviour(surplus=5), "more of Tiny-VL-Q4_K_M.gguf than there is"),
        (hubs.Behaviour(cut_after=1_000_000, wrong_range=True), "makes no sense"),
    ],
)
def test_what_is_not_what_was_promised_gets_no_name(server: hubs.Hub, behaviour: hubs.Behaviour, said: str) -> None:
    hub, progress = Hub(server.endpoint), Progress()
    offer = download.look(hub, REPOSITORY, 4096, progress)
    server.behaviour = behaviour
    with pytest.raises(DownloadFailed, match=said):
        download.obtain(hub, offer, offer.listing.models[0], progress)
    assert not shelf.kept()
    assert not list(shelf.root().rglob("*.gguf"))
    assert begun() in ([], [0], [1_000_000])


def test_bytes_that_went_bad_on_the_disk_are_found_and_fetched_anew(server: hubs.Hub, random_pair: Pair) -> None:
    hub, progress = Hub(server.endpoint), Progress()
    offer = download.look(hub, REPOSITORY, 4096, progress)
    file = offer.listing.models[0].files[0]
    partial = transfer.partial_path(shelf.place(offer.listing, file), file)
    partial.parent.mkdir(parents=True)
    partial.write_bytes(bytes(1000))
    with pytest.raises(DownloadFailed, match="arrived damaged"):
        download.obtain(hub, offer, offer.listing.models[0], progress)
    assert not partial.exists()
    assert obtain(server).model.read_bytes() == random_pair[0].read_bytes()


def test_stopping_keeps_what_came_and_does_not_wait_for_the_server(server: hubs.Hub) -> None:
    reached = threading.Event()
    hub, progress = Hub(server.endpoint), Progress(lambda stage: reached.set() if stage.done == 2_000_000 else None)
    offer = download.look(hub, REPOSITORY, 4096, Progress())
    server.behaviour.stall_after = 2_000_000
    raised: list[BaseException] = []

    def work() -> None:
        try:
            download.obtain(hub, offer, offer.listing.models[0], progress)
        except Interrupted as error:
            raised.append(error)

    worker = threading.Thread(target=work)
    worker.start()
    assert reached.wait(10)
    progress.stop()
    worker.join(10)  # A server's silence is waited for three times as long.
    assert not worker.is_alive()
    assert "goes on from there" in str(raised[0])
    assert begun() == [2_000_000]


def test_two_do_not_fetch_into_the_same_folder(server: hubs.Hub) -> None:
    hub = Hub(server.endpoint)
    offer = download.look(hub, REPOSITORY, 4096, Progress())
    server.behaviour.stall_after = 2_000_000
    progress = Progress()
    model = offer.listing.models[0]
    first = threading.Thread(target=lambda: _swallow(lambda: download.obtain(hub, offer, model, progress)))
    first.start()
    assert server.stalled.wait(10)
    with pytest.raises(DownloadFailed, match="already"):
        download.obtain(hub, offer, model, Progress())
    progress.stop()
    first.join(10)
    assert not first.is_alive()


def _swallow(call: Callable[[], object]) -> None:
    try:
        call()
    except Interrupted:
        pass


def test_a_disk_without_room_is_told_before_anything_is_fetched(
    server: hubs.Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = Hub(server.endpoint)
    offer = download.look(hub, REPOSITORY, 4096, Progress())
    monkeypatch.setattr(transfer.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9 - 10**8, 10**8))
    server.requests.clear()
    with pytest.raises(StoreError, match=r"and the disk has 0\.1 GB left"):
        download.obtain(hub, offer, offer.listing.models[0], Progress())
    assert not server.requests
    assert not shelf.root().exists()


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
def test_a_disk_that_fills_up_is_told_and_nothing_gets_its_name(server: hubs.Hub) -> None:
    hub = Hub(server.endpoint)
    offer = download.look(hub, REPOSITORY, 4096, Progress())
    file = offer.listing.models[0].files[0]
    partial = transfer.partial_path(shelf.place(offer.listing, file), file)
    partial.parent.mkdir(parents=True)
    partial.symlink_to("/dev/full")  # The kernel's own "no space left" at the first write.
    with pytest.raises(StoreError, match="The disk is full") as raised:
        download.obtain(hub, offer, offer.listing.models[0], Progress())
    assert "goes on" in raised.value.hint
    assert not shelf.kept()
    assert not list(shelf.root().rglob("*.gguf"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"rfilename": "../../evil.gguf"}, "not accepted"),
        ({"rfilename": "/etc/evil.gguf"}, "not accepted"),
        ({"rfilename": "a\\..\\evil.gguf"}, "not accepted"),
        ({"rfilename": "evil\x1b[2J.gguf"}, "not accepted"),
        ({"rfilename": "a/b/c/d/e/f.gguf"}, "not accepted"),
        ({"rfilename": ".hidden.gguf"}, "not accepted"),
        ({"rfilename": "con.gguf"}, "not accepted"),
        ({"rfilename": 5}, "makes no sense"),
        ({"lfs": {"sha256": "a" * 64, "size": 2**60, "pointerSize": 1}}, "makes no sense"),
        ({"lfs": {"sha256": "a" * 64, "size": -1, "pointerSize": 1}}, "makes no sense"),
        ({"lfs": {"sha256": "a" * 64, "size": "9", "pointerSize": 1}}, "makes no sense"),
        ({"lfs": {"sha256": "no digest", "size": 9, "pointerSize": 1}}, "no SHA-256"),
        ({"lfs": None}, "no SHA-256"),
        ({"rfilename": "model-00002-of-00003.gguf"}, "makes no sense"),
        ({"rfilename": "only-mmproj.gguf"}, "no model"),
    ],
)
def test_a_listing_that_makes_no_sense_is_refused(server: hubs.Hub, change: dict[str, object], said: str) -> None:
    server.behaviour.siblings = [{**server.siblings(REPOSITORY)[0], **change}]
    with pytest.raises(DownloadFailed, match=said) as raised:
        Hub(server.endpoint).list(REPOSITORY)
    assert "\x1b" not in str(raised.value)


@pytest.mark.parametrize(
    "behaviour",
    [
        hubs.Behaviour(raw=b"<html>"),
        hubs.Behaviour(raw=b"[" * 100_000),
        hubs.Behaviour(raw=b'{"siblings": 5}'),
        hubs.Behaviour(revision="main"),
        hubs.Behaviour(revision="../x"),
        hubs.Behaviour(compressed=True),
    ],
)
def test_an_answer_that_is_no_listing_is_refused(server: hubs.Hub, behaviour: hubs.Behaviour) -> None:
    server.behaviour = behaviour
    with pytest.raises(DownloadFailed, match="makes no sense"):
        Hub(server.endpoint).list(REPOSITORY)


def test_an_endless_listing_is_not_read_to_its_end(server: hubs.Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_agent.model.files.hub.MAX_LISTING", 200)
    with pytest.raises(DownloadFailed, match="makes no sense"):
        Hub(server.endpoint).list(REPOSITORY)


def test_failures_of_the_hub_are_told_apart(server: hubs.Hub) -> None:
    hub = Hub(server.endpoint)
    with pytest.raises(DownloadFailed, match="has no model maker/Other"):
        hub.list("maker/Other")
    with pytest.raises(UsageError, match="no repository's name"):
        hub.list("../x")
    server.behaviour.status = 503
    with pytest.raises(DownloadFailed, match="connection broke"):
        obtain(server)
    server.behaviour.status = 418
    with pytest.raises(DownloadFailed, match=r"error \(418\)"):
        obtain(server)
    gone = server.endpoint.rpartition(":")[0] + ":9"
    with pytest.raises(DownloadFailed, match="can't be reached"):
        Hub(gone).list(REPOSITORY)


def test_a_mirror_gets_no_token_unless_the_person_says_so(server: hubs.Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    server.behaviour.gated = "hf_secret"
    with pytest.raises(DownloadFailed, match="agreed to its licence"):
        obtain(server)
    assert not [each for each in server.requests if "authorization" in each.headers]
    hub = Hub(server.endpoint, send_token=True)
    download.look(hub, REPOSITORY, 4096, Progress())
    with_token = {each.path.split("/")[1] for each in server.requests if "authorization" in each.headers}
    assert with_token == {"api", "maker"}, "not the other host that the bytes come from"


def test_requests_tell_nothing_about_this_machine(server: hubs.Hub) -> None:
    obtain(server)
    told = {name for each in server.requests for name in each.headers}
    assert told <= {"host", "accept", "accept-encoding", "range", "user-agent"}
    agents = {each.headers["user-agent"] for each in server.requests}
    assert all(agent.startswith("desktop-agent/") and " " not in agent for agent in agents)


def test_this_machine_is_reached_past_a_proxy(server: hubs.Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    huggingface_hub.close_session()  # It is made anew with the next request, from the environment as it is then.
    assert Hub(server.endpoint).list(REPOSITORY).models
    huggingface_hub.close_session()


def test_a_servers_words_do_not_go_to_the_terminal(server: hubs.Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = io.StringIO()  # What the library writes to is the stderr of when it was imported.
    for handler in logging.getLogger("huggingface_hub").handlers:
        monkeypatch.setattr(handler, "stream", terminal)
    server.behaviour.warning = "look \x1b[2J here"
    assert Hub(server.endpoint).list(REPOSITORY).models
    assert terminal.getvalue() == ""


def test_a_mirror_may_be_named_by_the_environment(server: hubs.Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", server.endpoint + "/")
    assert Hub().endpoint == server.endpoint
    with pytest.raises(UsageError, match="no hub's address"):
        Hub("file:///etc")


def test_what_can_not_be_used_is_told_before_it_is_fetched(server: hubs.Hub, tmp_path: Path) -> None:
    server.files["maker/Other"] = {"Other-Q8_0.gguf": write_random_pair(tmp_path)[0]}
    with pytest.raises(DownloadFailed, match="no image encoder"):
        obtain(server, repository="maker/Other")
    assert not shelf.root().exists()


def test_another_models_encoder_is_told_before_it_is_fetched(server: hubs.Hub, tmp_path: Path) -> None:
    other = write_random_pair(tmp_path, shape=Shape(384))[1]
    server.files["maker/Mixed"] = {MODEL: server.files[REPOSITORY][MODEL], ENCODER: other}
    with pytest.raises(DownloadFailed, match="belongs to another model"):
        obtain(server, repository="maker/Mixed")


def test_a_damaged_header_is_told_before_it_is_fetched(server: hubs.Hub) -> None:
    server.behaviour.flip = 16  # in the number of keys
    with pytest.raises(DownloadFailed, match="damaged"):
        obtain(server)


def test_a_model_in_several_files_is_fetched_whole(server: hubs.Hub, tmp_path: Path) -> None:
    second = tmp_path / "second"
    second.write_bytes(os.urandom(300_000))
    model, mmproj = (server.files[REPOSITORY][name] for name in (MODEL, ENCODER))
    names = ["Q8_0/Big-Q8_0-00001-of-00002.gguf", "Q8_0/Big-Q8_0-00002-of-00002.gguf"]
    server.files["maker/Big"] = {names[1]: second, names[0]: model, ENCODER: mmproj}
    fetched = obtain(server, repository="maker/Big")
    assert fetched.model.name == "Big-Q8_0-00001-of-00002.gguf"
    assert (fetched.model.parent / "Big-Q8_0-00002-of-00002.gguf").read_bytes() == second.read_bytes()


def test_the_choice_fits_the_machine_and_is_explained(server: hubs.Hub) -> None:
    hub = Hub(server.endpoint)
    offer = download.look(hub, REPOSITORY, 4096, Progress())
    assert offer.choose().why.startswith("Q4_K_M (3.8 MB) fits")
    tight = download.Offer(offer.listing, offer.model, offer.encoder, Machine(1000, 1), 4096)
    with pytest.raises(PlannerError, match="does not fit this machine"):
        tight.choose()
