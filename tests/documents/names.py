"""Three hundred names that forms, typefaces and encodings have trouble with, in a fixed order; and hostile texts.

`DRAWABLE` are names that people have or might have, in Latin letters with every mark: printed whole and unchanged.
`REFUSED` hold a character our faces lack, or one that hides or turns what is read: no paper leaves with them.
"""

# ruff: noqa: E501  (names are read across, and some of their letters count for two)

import unicodedata
from itertools import product

LENGTH = 120  # what a field holds

PARTICLES = ["de", "d'", "d’", "du", "de La", "von", "von und zu", "van der", "van 't", "dos", "di", "della", "af", "Ó"]
FAMILY_NAMES = [
    "Hérouville", "Œuvrard", "Saint-Étienne", "Ménétrier", "L'Haÿ", "Croÿ", "Lefèvre", "Noël", "Aïtouarès", "Çelik",
]  # fmt: skip

FROM_SEVERAL_PLACES = [
    # Viet Nam
    "Nguyễn", "Trần Thị Hằng", "Phạm Đức Ưởng", "Lê Ngọc Quỳnh", "Đỗ Thị Mỹ Hạnh", "Vũ Hoàng Ẩn", "Ngô Bảo Châu",
    "Huỳnh Thị Kiều Oanh", "Đặng Hữu Phước", "Bùi Thị Xuân Ỷ", "Dương Ẵm", "Lý Thường Kiệt", "Hồ Xuân Hương",
    # Turkey and Azerbaijan
    "Işık", "İnönü", "Ağaoğlu", "Şükrü", "Öztürk", "Gülşen Çiçek", "ILGAZ", "ılgaz", "İpek", "Əliyev", "Rəşid", "Nağı",
    # Poland
    "Łukasz Żółć", "Wójcik-Żółkiewska", "Święcicki", "Ćwikła", "Gęś", "Jaźń", "Brzęczyszczykiewicz", "Ńdź", "Ósmak",
    # Romania: the comma below, and the cedilla that old keyboards typed
    "Ștefan Țăran", "Şerban Ţepeş", "Ion Mureșanu", "Ghiţă", "Ghiță", "Îndrea", "Bărbuță", "Câmpeanu",
    # Iceland, Faroes, Sápmi
    "Þór", "Ægir Sæmundsson", "Guðmundsdóttir", "Björk Ýr", "Ðuríð", "Eiði", "Ŋiellá", "Áŧestat", "Ǥiđđa", "Ǯiõǩ",
    # Czechia, Slovakia, Hungary, Croatia, Latvia, Lithuania, Malta
    "Dvořák", "Šťastný", "Ľudovít Štúr", "Ŕehoř", "Kálmán Győző", "Űrhajós", "Đorđević", "Žižek", "Ķēniņš", "Ģirts",
    "Ųžkulnis", "Žemaitė", "Ċensu Ħabib", "Ġużè", "Ŀull", "Ĳsbrand", "Šarūnas", "Ůlehla",
    # Western Europe
    "Ñúñez", "João Gonçalves", "Conceição", "Straße", "GROẞ", "Müller-Lüdenscheidt", "Ångström", "Kierkegård", "Ÿvain",
    "Pèire", "Mossèn", "Ó Súilleabháin", "Mac Giolla Bhríde", "Llŷr", "Siân", "Ḋoṁnall", "Ẁyn", "Ŵyn", "Ẃ",
    # Africa, Oceania, and romanised scripts
    "Olórun", "Ṣóyínká", "Ẹniọlá", "Ɓalde", "Ɗiallo", "Ƴero", "Ɛsi", "Ɔkyere", "Ŋgugi", "Kɔfi",
    "Māori Kāretu", "Tūhoe", "’Akau", "Muḥammad", "Ṣalāḥ ad-Dīn", "Ṭāhir", "Ḍiyā’",
    "Śrī Kṛṣṇa", "Lǚ Bù", "Xióng Lǜ", "Ǎn", "Nǐ Hǎo", "Ǹ", "Ȟotȟunka", "Ȳ", "Ȯzols", "Ȩ", "Ḫattušili", "Ạ",
    # Apostrophes, hyphens, points, digits, one letter, capitals
    "O'Brien", "O’Brien", "D'Angelo-D’Amico", "N'Diaye", "M’Baye", "'t Hooft", "Qur'an", "Jean-Pierre-Marie-Joseph",
    "Anne‑Laure", "St. John", "J. R. R.", "Martin (fils)", "Louis XIV", "Henri 4", "O", "Ô", "Y", "É", "X Æ A-12",
    "MCDONALD", "McDonald", "macDonald", "van den BERG", "JEAN-DE-LA-LUNE", "de l'Estoile/Dupont", "Dupont & Fils",
    "Smith, Jr.", "Null", "None", "undefined", "True", "NaN", "Test", "-", "=1+1", "@Nom", "+Nom", "0", "007",
]  # fmt: skip

_WORDS = "de La Rochefoucauld-Montmorency d'Hérouville-Saint-Clair et de Castellane-Majastres von Öttingen-Wallerstein"
LONG = [
    ("W" * LENGTH)[:LENGTH],
    ("i" * LENGTH)[:LENGTH],
    (f"{_WORDS} {_WORDS}")[:LENGTH].strip(),
    ("Wołodyjowska-" * 12)[: LENGTH - 1] + "a",
    ("Nguyễn Thị Ẩn " * 12)[:LENGTH].strip(),
    ("M" * 60 + " " + "M" * 59),
    "Ǽ" * LENGTH,
    ("l'" * 60),
    ("A-" * 59 + "AB"),
    ("Ệ" * 40 + " " + "ệ" * 39 + "-" + "Ĩ" * 39),
]

TWINS = [
    unicodedata.normalize("NFD", name)
    for name in ["Zoé", "Noël", "Nguyễn", "Ștefan", "Łódź", "Ångström", "Žižek", "Ǟ", "Ḗ", "Quỳnh Ưởng", "Ṩ", "ÇELİK"]
]

# Marks that no letter of Unicode comes composed with: drawn as two glyphs.
UNCOMPOSED = [
    "J\u0301ános",
    "Ọ\u0301lá",
    "M\u0303ba",
    "q\u0302a",
    "Ru\u0304\u0323ta",
    "x\u030ch",
    "Ẹ\u0300ni",
    "Ə\u0301ziz",
]

_SCRIPTS = [
    "Γιώργος", "Παπαδόπουλος", "Юлия", "Чайковский", "Ђорђе", "Љубиша", "Ґалина", "小林", "王小明", "김철수", "ひらがな", "カタカナ",
    "ไทย", "हिन्दी", "தமிழ்", "বাংলা", "ქართული", "Հայերեն", "አማርኛ", "ᏣᎳᎩ", "ᚠᚢᚦ", "ⵣⴰ",
]  # fmt: skip
_RIGHT_TO_LEFT = ["محمد", "שלום", "فاطمة الزهراء", "דוד בן-גוריון", "ܣܘܪܝܝܐ", "Jean محمد"]
_PICTURES = ["Zoé 🎓", "👩‍👩‍👧", "🇫🇷", "☺", "Jean ❤", "👍🏽", "♔", "①"]
_CONTROLS = [
    "Jean\x00", "Jean\x07", "Jean\x1b[31m", "Jean\x7f", "Jean\x85", "\ufeffJean", "Jean\ufffe", "Jean\ue000", "\U0010fffd",
    "Jean\u202e", "\u202anaeJ\u202c", "Jean\u2066\u2069", "Jean\u200f", "\u061cJean", "Jean\U000e0041", "Jean\ufffd", "a\u0336b",
]  # fmt: skip
_LOOK_ALIKES = [
    "ﬁlle",
    "ﬂeur",
    "oﬃce",
    "Ｊｅａｎ",
    "𝒥ean",
    "𝐉𝐞𝐚𝐧",
    "Јеан",
    "Рaul",
    "Ⅳ",
    "㎏",
    "ʀoger",
    "Ꭺnne",
    "Ꜳron",
    "ⱯB",
]

_COMBINED = [
    f"{particle} {name}".replace("' ", "'").replace("’ ", "’") for particle, name in product(PARTICLES, FAMILY_NAMES)
]
REFUSED = [*_SCRIPTS, *_RIGHT_TO_LEFT, *_PICTURES, *_CONTROLS, *_LOOK_ALIKES]
_CHOSEN = [*FROM_SEVERAL_PLACES, *LONG, *TWINS, *UNCOMPOSED]
DRAWABLE = [*_CHOSEN, *_COMBINED[::2]][: 300 - len(REFUSED)]
NAMES = [*DRAWABLE, *REFUSED]

# HTML, CSS and template text, and what looks for a way to a file, a network or an attachment: text, all of it.
_ADDRESSES = ["file:///etc/passwd", "http://127.0.0.1:9/x"]
_REACHING = [
    '<img src="{}">', "<img src='{}' onerror=alert(1)>", '<link rel=attachment href="{}">', '<a href="{}">x</a>',
    '<link rel=stylesheet href="{}">', '<style>@import "{}"</style>', '<iframe src="{}"></iframe>', '<object data="{}">',
    '<svg><image href="{}"/></svg>', '"><img src="{}">', "<p style='background:url({})'>",
]  # fmt: skip
PAYLOADS = [
    *(markup.format(address) for markup, address in product(_REACHING, _ADDRESSES)),
    "{{7*7}}", "{{ 7|add:42 }}", "{% now 'Y' %}", "{% include 'x' %}", "{# vu #}", "${7*7}", "<%= 7*7 %>", "#{7*7}",
    "{% debug %}", "{{ settings.SECRET_KEY }}", "{{ block.super }}", "{% load static %}", "%(x)s", "{0.__class__}",
    "<script>alert(1)</script>", "<b>gras</b>", "</p></body>", "<!-- -->", "<![CDATA[x]]>", "&lt;i&gt;", "&amp;", "&#65;",
    "&nbsp;x", "<br>x", "'; DROP TABLE x; --", "\\u0041", "a\\A b", "content: counter(page)",
]  # fmt: skip
