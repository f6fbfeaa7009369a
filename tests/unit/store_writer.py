"""A process of its own that writes to the store: `python -m tests.unit.store_writer FILE CONVERSATION COUNT`.

Prints each message's number once it was acknowledged. COUNT 0 goes on until it is killed.
"""

import itertools
import sys
from pathlib import Path

from desktop_agent.core.chat import Message, Text
from desktop_agent.store.conversations import Conversations
from desktop_agent.store.database import Database


def main() -> None:
    path, conversation, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    conversations = Conversations(Database(path))
    for number in range(count) if count else itertools.count():
        conversations.append(conversation, Message("user", (Text(f"{number} " + "x" * 500),)))
        print(number, flush=True)


if __name__ == "__main__":
    main()
