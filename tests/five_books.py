"""Five workbooks as offices keep them, made up here: none was made for a program.

Each has several things that a reader has to ask about, or must not take amiss. Names, places and
numbers are drawn, with a seed.
"""

import random
from pathlib import Path

from more_files import xls
from ugly_lists import book, people


def vietnamese_commune(folder: Path) -> Path:
    """Two printed lists in a workbook: sections, sums, odd coordinates, a class of its own, notes."""
    rng = random.Random("vietnamese")
    heads = people(24, seed=11)
    rows = [
        ["UBND XÃ TÂN HÒA", None, None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        [None],
        ["DANH SÁCH HỘ CẦN PHÂN CÔNG GIÚP ĐỠ NĂM 2026"],
        [
            "TT",
            "Họ tên chủ hộ",
            "Số khẩu",
            "Diện hộ",
            "Tọa độ nhà",
            "Đảng viên phụ trách năm 2025",
            "Tình trạng nhà",
        ],
    ]
    number = 0
    for section, hamlet in (("I", "Thôn Nà Tông"), ("II", "Thôn Khuổi Hẻo"), ("III", "Bản Lũng")):
        rows.append([section, hamlet])
        for _ in range(8):
            number += 1
            north, east = rng.uniform(22.40, 22.43), rng.uniform(105.20, 105.23)
            place = rng.choice(
                (
                    f"{north:.5f}, {east:.5f}",
                    f"{north:.5f}°B {east:.5f}°Đ",
                    f"22°{(north - 22) * 60:.3f}'N 105°{(east - 105) * 60:.3f}'E",
                    f"{north:.5f} {east:.5f} 310.0 4.5",
                )
            )
            rows.append(
                [
                    number,
                    heads[number - 1],
                    rng.randint(1, 8),
                    rng.choice(("Hộ nghèo", "Hộ cận nghèo", "Gia đình chính sách")),
                    place if number % 9 else None,
                    f"Đ/c {MEMBERS_VI[number % 5]}" if number % 4 else "chưa có",
                    rng.choice(("kiên cố", "tạm", None)),
                ]
            )
        rows.append(["Cộng", None, 30])
    rows += [
        [None, "Tân Hòa, ngày 05 tháng 01 năm 2026"],
        [None, "NGƯỜI LẬP", None, None, "BÍ THƯ"],
    ]
    members = [
        [
            "STT",
            "Họ và tên đảng viên",
            "Thôn",
            "Số hộ tối đa",
            "Vĩ độ",
            "Kinh độ",
            "Ngày vào Đảng",
            "Miễn phân công",
        ],
        *(
            [
                n,
                name,
                hamlet,
                6,
                22.41 + n / 500,
                105.21 + n / 600,
                "03/02/2001",
                "x" if n == 6 else None,
            ]
            for n, (name, hamlet) in enumerate(zip(MEMBERS_VI, HAMLETS_VI, strict=True), 1)
        ),
    ]
    guide = [["Hướng dẫn"], ["Cột Diện hộ ghi theo quyết định của xã."]]
    return book(
        folder / "DS ho Tan Hoa 2026.xlsx",
        **{"DS hộ 2026": rows, "DS đảng viên": members, "Hướng dẫn": guide},
    )


MEMBERS_VI = [
    "Lý Văn Thắng",
    "Ma Thị Duyên",
    "Nông Văn Hòa",
    "Hà Thị Thuý",
    "Triệu Văn Páo",
    "Bế Thị Lan",
]
HAMLETS_VI = ["Nà Tông", "Nà Tông", "Khuổi Hẻo", "Khuổi Hẻo", "Bản Lũng", "Bản Lũng"]


def survey_export(folder: Path) -> Path:
    """Households and health workers out of a survey: groups in titles, geopoints, data of the form."""
    rng = random.Random("survey")
    homes = [
        [
            *("SubmissionDate", "meta/instanceID", "enumerator", "hh/hh_id", "hh/head_name"),
            *("location/village", "location/gps", "hh/hh_size", "hh/category", "care/chw_id"),
        ]
    ]
    for n in range(1, 31):
        place = f"{rng.uniform(-1.30, -1.25):.6f} {rng.uniform(36.70, 36.75):.6f} 1650.0 4.8"
        homes.append(
            [
                *(f"2025-11-{n % 28 + 1:02d}", f"uuid:{n:08d}", "E1", f"HH{n:03d}", f"Head {n}"),
                *(("Kibera", "Lindi", "Makina")[n % 3], place, rng.randint(1, 9)),
                *(rng.choice(("routine", "high risk")), f"CHW{n % 4 + 1}"),
            ]
        )
    workers = [
        [
            "chw.chw_id",
            "chw.name",
            "chw.phone",
            "gps.latitude",
            "gps.longitude",
            "chw.max_households",
            "status",
        ]
    ]
    for n in range(1, 5):
        workers.append(
            [
                f"CHW{n}",
                f"Worker {n}",
                f"07000000{n:02d}",
                -1.27 + n / 900,
                36.72 + n / 800,
                9,
                "active",
            ]
        )
    return book(folder / "CHW survey.xlsx", Households=homes, CHWs=workers)


def french_list(folder: Path) -> Path:
    """A folder of semicolons and an old workbook: one column of the locality, loads, last year's."""
    rng = random.Random("french")
    target = folder / "ASC 2026"
    target.mkdir()
    head = "N°;Nom et prénom du chef;Quartier;Latitude;Longitude;Taille du ménage;Coût;Charge de travail"
    lines = ["Commune de Saint-Marc;;;;;;;", head]
    for n in range(1, 21):
        where = f"{14.70 + rng.random() / 50:.4f};{-17.44 - rng.random() / 50:.4f}".replace(
            ".", ","
        )
        quartier = "Médina" if n % 2 else "Plateau"
        lines.append(
            f"{n};Chef {n};{quartier};{where};{n % 7 + 1};1 500;{1 + n % 3 / 2:g}".replace(".", ",")
        )
    (target / "Liste des ménages.csv").write_text("\n".join(lines), "cp1252")
    agents = "Nom de l'agent;Quartier;Latitude;Longitude;Nombre maximum de ménages\n" + "\n".join(
        f"Agent {n};{'Médina' if n % 2 else 'Plateau'};14,7{n}1;-17,44{n};8" for n in range(1, 5)
    )
    (target / "Agents.csv").write_text(agents, "utf-8")
    last = [["Ménage", "Agent"], *([f"Chef {n}", f"Agent {n % 5 + 1}"] for n in range(1, 19))]
    xls(target / "Année précédente.xls", {"Feuil1": last})
    (target / "Lettre.pdf").write_bytes(b"%PDF-1.4")
    return target


def spanish_roster(folder: Path) -> Path:
    """One row a person, degrees and minutes in columns of their own, and who is in charge."""
    rng = random.Random("spanish")
    rows = [
        ["CENSO DE HOGARES 2026"],
        [None],
        [
            *("Código de hogar", "Nombre completo", "Parentesco", "Sexo", "Edad", "Comunidad"),
            *("Lat grados", "Lat minutos", "Lon grados", "Lon minutos", "N/S", "E/O", "Riesgo"),
        ],
    ]
    for n in range(1, 16):
        place = (14, round(rng.uniform(36, 38), 3), 90, round(rng.uniform(30, 32), 3), "N", "O")
        community = ("El Naranjo", "Las Flores")[n % 2]
        rows.append([f"H-{n:03d}", f"Jefa {n}", "jefa", "F", 40 + n, community, *place, "alto"])
        for k in range(rng.randint(0, 3)):
            rows.append(
                [f"H-{n:03d}", f"Persona {n}.{k}", "hijo", "M", k, community, *place, "alto"]
            )
    promoters = [
        [
            "Código promotor",
            "Nombre del promotor",
            "Comunidad",
            "Latitud",
            "Longitud",
            "Máximo de familias",
        ],
        *(
            [
                f"P{n}",
                f"Promotor {n}",
                ("El Naranjo", "Las Flores")[n % 2],
                14.61 + n / 900,
                -90.51 - n / 900,
                6,
            ]
            for n in range(1, 4)
        ),
    ]
    return book(folder / "censo.xlsx", Hogares=rows, Promotores=promoters)


def side_by_side(folder: Path) -> Path:
    """Both lists on one sheet, households by identity numbers, a previous plan beside, one far away."""
    rng = random.Random("side")
    target = folder / "Xa Ban Vuoc"
    target.mkdir()
    rows = [
        ["DANH SÁCH PHÂN CÔNG"],
        [
            "Số CCCD chủ hộ",
            "Chủ hộ",
            "Thôn",
            "Vĩ độ",
            "Kinh độ",
            None,
            "STT",
            "Họ tên đảng viên",
            "Thôn",
            "Số hộ tối đa",
            "Số hộ phụ trách ngoài danh sách",
        ],
    ]
    heads, members = people(16, seed=5), people(4, seed=9)
    for n, head in enumerate(heads, 1):
        north = 22.55 + rng.random() / 60 if n != 7 else 2.2563
        home = [
            f"0{rng.randint(10**10, 10**11 - 1)}",
            head,
            ("Pác Ngòi", "Bó Lù")[n % 2],
            round(north, 5),
            round(104.61 + rng.random() / 60, 5),
        ]
        member = (
            [n, members[n - 1], ("Pác Ngòi", "Bó Lù")[n % 2], 7, 2 if n == 1 else None]
            if n <= 4
            else []
        )
        rows.append([*home, None, *member])
    book(target / "Phan cong 2026.xlsx", Sheet1=rows)
    last = [
        "Chủ hộ;Đảng viên phụ trách",
        *(f"{head};{members[n % 4]}" for n, head in enumerate(heads)),
    ]
    last[3] = last[3].rpartition(";")[0] + ";Giàng A Xa"  # who has left
    (target / "Phân công năm trước.csv").write_text("\n".join(last), "utf-8")
    return target


BOOKS = {
    make.__name__: make
    for make in (vietnamese_commune, survey_export, french_list, spanish_roster, side_by_side)
}
