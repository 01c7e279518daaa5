"""Makes the demonstration's feed from the data set in `demo/`."""

from argparse import ArgumentParser
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from negotiation.feeds.demonstration.feed import IDENTITIES, make_demo_feed
from negotiation.feeds.demonstration.later import first_moment, payments_until


def _day(text: str) -> date:
    return date.fromisoformat(text)


class Command(BaseCommand):
    help = (
        "Writes the demonstration's feed: real balances and payments, charges by the engine's rules, invented people."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", type=_day, required=True, help="the day the feed is of, YYYY-MM-DD")
        parser.add_argument("--out", type=Path, required=True, help="the directory to write; made if it is missing")
        parser.add_argument("--seed", type=int, default=1, help="another seed invents other people (default: 1)")
        parser.add_argument(
            "--later",
            action="store_true",
            help="the portfolio of the database at this later day: plans are paid as agreed",
        )
        parser.add_argument(
            "--missing", nargs="*", default=[], help="with --later: accounts whose plans get no payment"
        )
        parser.add_argument("--settling", nargs="*", default=[], help="with --later: accounts whose plans are paid off")
        parser.add_argument("--limit", type=int, help="take only so many rows of the data set")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["limit"] is not None and options["limit"] < 0:
            raise CommandError("--limit is a number of rows, zero or more.")
        as_of = timezone.make_aware(datetime.combine(options["as_of"], time.min))
        try:
            made = make_demo_feed(
                options["out"],
                as_of=as_of,
                seed=options["seed"],
                limit=options["limit"],
                source=settings.BASE_DIR / "demo",
                **self._later(options),
            )
        except OSError as exc:
            raise CommandError(f"{options['out']} cannot be written: {exc.strerror}.") from None
        self._tell(options["out"], made)

    def _later(self, options: Any) -> dict[str, Any]:
        """What a later delivery of the portfolio in the database needs to be told."""
        if not options["later"]:
            return {}
        first = first_moment()
        if first is None or options["as_of"] <= timezone.localdate(first):
            raise CommandError("--later continues a portfolio that was imported, on a day after it.")
        since = timezone.localdate(first)
        chosen = {name: options[name] for name in ("missing", "settling")}
        return {"since": since, "payments": payments_until(options["as_of"], since=since, **chosen)}

    def _tell(self, out: Path, made: Any) -> None:
        self.stdout.write(f"Batch {made.control.batch_id} in {out}:")
        for name, file in made.control.files.items():
            self.stdout.write(f"  {name:<16} {file.rows:>8,} rows")
        self.stdout.write("Oddities of the data (demo/README.md says what is done with each):")
        for oddity, count in sorted(made.oddities.items()):
            self.stdout.write(f"  {count:>8,}  {oddity}")
        self.stdout.write("Cardholders that are the same in every demonstration:")
        for identity in IDENTITIES:
            self.stdout.write(f"  {identity.cardholder_id:<8} {identity.about}")
