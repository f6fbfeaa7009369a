"""The console script. Qt is loaded only where windows are wanted."""

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command, or without arguments the tray.

    Args:
        argv: the command line without the program's name; `sys.argv` by default.

    Returns:
        The exit code, see `desktop_agent.core.errors.ExitCode`.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments:
        from desktop_agent.cli.main import main as run_command
        from ui import demo

        return run_command(arguments, [demo])
    return _run_windows()


def _run_windows() -> int:
    from desktop_agent.core.errors import AgentError
    from ui import display

    try:
        note = display.check()
        if note:
            sys.stderr.write(f"{note}\n")
        from ui.app import run

        return run()
    except AgentError as error:
        sys.stderr.write(f"desktop-agent: {error}\n")
        return int(error.exit_code)


if __name__ == "__main__":
    sys.exit(main())
