"""Run by `python -m bench.matching`; `--help` says how to run a part of it."""

from __future__ import annotations

from bench.matching import against, report
from bench.matching.asked import arguments, asked, title


def main() -> None:
    parser = arguments("python -m bench.matching", "What is found of edited copies.", per=8)
    parser.add_argument("--peers", action="store_true", help="the peers beside it: peers/requirements.txt says what they need")
    args = parser.parse_args()
    run = asked(args)
    answered, seconds = run.answered(run.held)
    told = report.text(answered, run.chosen, seconds, glanced=args.quick)
    beside = "\n".join(against.rows(run.queries, run.chosen, run.originals)) if args.peers else ""
    print(told, beside, sep="\n\n")
    if args.keep:
        report.keep(title(args), told)
    if args.keep and args.peers:
        report.keep(f"{title(args)}: the peers", beside)


if __name__ == "__main__":
    main()
