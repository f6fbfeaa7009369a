"""An application on the accessibility bus that answers nonsense."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from jeepney import HeaderFields, MessageType, new_method_return
from jeepney.io.blocking import open_dbus_connection

from desktop_agent.desktop.elements import content
from desktop_agent.desktop.elements.address import connect, session_address
from desktop_agent.desktop.elements.bus import Bus, Call
from desktop_agent.desktop.elements.walk import Node, Reader
from desktop_agent.evaluation.display import PrivateDisplay

GOOD: dict[str, tuple[str, tuple[object, ...]]] = {
    "GetRole": ("u", (43,)),
    "Name": ("v", (("s", "Save"),)),
    "GetState": ("au", ([1 << 25, 0],)),
    "GetExtents": ("(iiii)", ((1, 2, 30, 40),)),
    "GetChildren": ("a(so)", ([(":1.5", "/child")],)),
    "CharacterCount": ("v", (("i", 5),)),
    "GetText": ("s", ("hello",)),
}
Serve = Callable[..., str]


@pytest.fixture
def bus(on_desktop: PrivateDisplay) -> Iterator[Bus]:
    with contextlib.closing(connect(on_desktop.name, on_desktop.environment)) as bus:
        yield bus


@pytest.fixture
def serve(on_desktop: PrivateDisplay) -> Iterator[Serve]:
    """Starts an application whose answers are as in GOOD but for those given; returns its bus name."""
    session = Bus(session_address(on_desktop.environment))
    call = Call("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", "s")
    address = session.call(call, time.monotonic() + 5)
    session.close()
    assert address
    connection = open_dbus_connection(address[0])
    over = threading.Event()
    answers = dict(GOOD)

    def run() -> None:
        while not over.is_set():
            try:
                message = connection.receive(timeout=0.05)
            except TimeoutError:
                continue
            if message.header.message_type is MessageType.method_call:
                member = message.header.fields[HeaderFields.member]
                signature, body = answers[message.body[1] if member == "Get" else member]
                connection.send(new_method_return(message, signature or None, body))

    thread = threading.Thread(target=run)
    thread.start()

    def started(**different: tuple[str, tuple[object, ...]]) -> str:
        answers.update(different)
        return str(connection.unique_name)

    yield started
    over.set()
    thread.join()
    connection.close()


def read(bus: Bus, name: str) -> Node | None:
    return Reader(bus, 5).read([(name, "/it")])[0]


def test_sense_is_read(bus: Bus, serve: Serve) -> None:
    node = read(bus, serve())
    assert node is not None
    assert (node.role, node.name, node.showing, node.region.width) == ("push button", "Save", True, 30)
    assert node.child_addresses == ((":1.5", "/child"),)
    assert content.whole(Reader(bus, 5), (serve(), "/it")) == "hello"


@pytest.mark.parametrize("member", ["GetRole", "GetState"])
@pytest.mark.parametrize("answer", [("s", ("x",)), ("", ())], ids=["a string", "nothing"])
def test_without_role_or_state_it_counts_as_gone(
    bus: Bus, serve: Serve, member: str, answer: tuple[str, tuple[object, ...]]
) -> None:
    assert read(bus, serve(**{member: answer})) is None


@pytest.mark.parametrize("member", ["Name", "GetExtents", "GetChildren"])
@pytest.mark.parametrize("answer", [("d", (1.5,)), ("", ())], ids=["a number", "nothing"])
def test_any_other_nonsense_is_left_out(
    bus: Bus, serve: Serve, member: str, answer: tuple[str, tuple[object, ...]]
) -> None:
    node = read(bus, serve(**{member: answer}))
    assert node is not None
    empty = {"Name": node.name == "", "GetExtents": node.region.empty, "GetChildren": node.child_addresses == ()}
    assert [name for name, is_empty in empty.items() if is_empty] == [member]


def test_children_that_can_not_be_called_are_left_out(bus: Bus, serve: Serve) -> None:
    children = [("no name", "/a"), ("", "/b"), (":1.7", "/c"), (":1.7\n", "/d")]
    node = read(bus, serve(GetChildren=("a(so)", (children,))))
    assert node is not None
    assert node.child_addresses == ((":1.7", "/c"),)


@pytest.mark.parametrize("member", ["GetRole", "CharacterCount", "GetText"])
@pytest.mark.parametrize("answer", [("v", (("s", "x"),)), ("", ())], ids=["a string", "nothing"])
def test_a_text_that_is_none_is_not_read(
    bus: Bus, serve: Serve, member: str, answer: tuple[str, tuple[object, ...]]
) -> None:
    assert content.whole(Reader(bus, 5), (serve(**{member: answer}), "/it")) is None
