"""The names of months and weekdays in many languages, as they stand in dates (from Unicode CLDR)."""

from __future__ import annotations

__all__ = ["WEEKDAYS", "month_number"]

MIN_LETTERS = 3
"""A name may be cut to so many letters: "Okt.", "sept.", "févr."."""

_MONTHS = """
january february march april may june july august september october november december
januar februar märz april mai juni juli august september oktober november dezember
jänner feber maerz april mai juni juli august september oktober november dezember
janvier février mars avril mai juin juillet août septembre octobre novembre décembre
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
januari februari maart april mei juni juli augustus september oktober november december
januari februari mars april maj juni juli augusti september oktober november december
januar februar marts april maj juni juli august september oktober november desember
ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie
stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
ledna února března dubna května června července srpna září října listopadu prosince
januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra
tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta
 marraskuuta joulukuuta
ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου δεκεμβρίου
januari februari maret april mei juni juli agustus september oktober november desember
"""
WEEKDAYS = (
    "(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
    "|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|mo|di|mi|do|fr|sa|so"
    "|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
    "|lunes|martes|miércoles|jueves|viernes|sábado|domingo"
    "|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica"
    "|(?:segunda|terça|quarta|quinta|sexta)(?:-feira)?"
    "|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag"
    "|poniedziałek|wtorek|środa|czwartek|piątek|sobota|niedziela"
)
"""A pattern, for text in any case."""


def _numbers() -> dict[str, int]:
    """Return the numbers of the months by their names, and by what these begin with.

    What two months begin with is the English one, such as "Mar.", or none.
    """
    names = _MONTHS.split()
    english = {name[:length] for name in names[:12] for length in range(MIN_LETTERS, len(name) + 1)}
    numbers: dict[str, int] = {}
    unclear = set()
    for place, name in enumerate(names):
        for length in range(MIN_LETTERS, len(name) + 1):
            if numbers.setdefault(name[:length], place % 12 + 1) != place % 12 + 1:
                unclear.add(name[:length])
    return {name: number for name, number in numbers.items() if name in english or name not in unclear}


_NUMBERS = _numbers()


def month_number(name: str) -> int | None:
    """Return the number of a month by its name in any case, or by its abbreviation; None if it is no month."""
    return _NUMBERS.get(name.rstrip(".").casefold())
