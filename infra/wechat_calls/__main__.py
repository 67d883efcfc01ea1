"""`python -m infra.wechat_calls` writes the list of calls; `--check` refuses drift."""

import sys
from pathlib import Path

from infra.wechat_calls import page

PAGE = Path(__file__).parents[2] / "docs" / "developers" / "wechat-calls.md"


def main(arguments: list[str]) -> int:
    """Write or check; return the exit code."""
    wanted = page.text()
    if "--check" not in arguments:
        PAGE.write_text(wanted)
    elif not PAGE.exists() or PAGE.read_text() != wanted:
        print(f"{PAGE.name} is not what the code says: run `make openapi`")
        return 1
    print("Calls to WeChat: as committed.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
