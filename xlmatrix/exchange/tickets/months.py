"""Names of months as exports write them, in the languages of the tools that were seen.

The short forms are those of the Unicode CLDR, with and without their dot; long ones are read too.
"""

from __future__ import annotations

from typing import Final

_NAMES: Final = {
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "en long": "January February March April May June July August September October November"
    " December",
    "en also": "- - - - - - - - Sept - - -",
    "de": "Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez",
    "de long": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "de also": "Jän - Mrz - - - - - Sept - - -",
    "es": "ene feb mar abr may jun jul ago sep oct nov dic",
    "es long": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre"
    " diciembre",
    "es also": "- - - - - - - - sept - - -",
    "fr": "janv févr mars avr mai juin juil août sept oct nov déc",
    "fr long": "janvier février mars avril mai juin juillet août septembre octobre novembre"
    " décembre",
    "pt": "jan fev mar abr mai jun jul ago set out nov dez",
    "pt long": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro"
    " dezembro",
    "it": "gen feb mar apr mag giu lug ago set ott nov dic",
    "it long": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre"
    " novembre dicembre",
    "nl": "jan feb mrt apr mei jun jul aug sep okt nov dec",
    "nl long": "januari februari maart april mei juni juli augustus september oktober november"
    " december",
    "ja": "1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月",
}


def _table() -> dict[str, int]:
    known: dict[str, int] = {}
    for names in _NAMES.values():
        for number, name in enumerate(names.split(), start=1):
            # No name means one month here and another there; a test looks at that.
            if name != "-":
                known.setdefault(name.casefold(), number)
    return known


_MONTHS: Final = _table()


def month_of(word: str) -> int | None:
    """The number of a month by its name, in any of the languages and any case.

    >>> month_of("Okt."), month_of("jul"), month_of("févr"), month_of("Foo")
    (10, 7, 2, None)
    """
    return _MONTHS.get(word.rstrip(".").casefold())
