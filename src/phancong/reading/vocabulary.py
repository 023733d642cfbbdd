"""The vocabulary of lists: titles of columns, names of sheets, words that begin a hamlet.

All words are folded by :func:`~phancong.reading.keys.fold`: lower case, without diacritics.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from phancong.reading.degree_columns import DEGREE_TITLES
from phancong.reading.keys import fold
from phancong.rules import RULES
from phancong.words import Message

#: Meanings beyond the fields of a problem: converted to fields, or kept apart.
NUMBER: Final = "number"
NAME: Final = "name"
NOTE: Final = "note"
CLASS: Final = "class"
IN_CHARGE: Final = "in_charge"
EXEMPT: Final = "exempt"
#: Whether a member is a newcomer, who gets the share for newcomers of a scheme.
NEWCOMER: Final = "newcomer"
SINCE: Final = "since"
HOUSEHOLD_NAME: Final = "household_name"
MEMBER_NAME: Final = "member_name"
#: The key by which people know a record and which must not be its id, such as an identity number.
KEY: Final = "key"
#: The id of the member in charge, beside the name or instead of it.
IN_CHARGE_ID: Final = "in_charge_id"
#: The relation of a person to the head of the household, in lists with one row a person.
RELATION: Final = "relation"
#: The post of a member, and the address of a household in words: printed with their names.
POST: Final = "post"
ADDRESS: Final = "address"
#: A known column that is not used, or is private.
LEFT_OUT: Final[str] = Message("left out")


def _list(text: str) -> frozenset[str]:
    return frozenset(text.split("; "))


def _each(text: str, meaning: str) -> dict[str, str]:
    return dict.fromkeys(text.split("; "), meaning)


def _limits(table: str) -> dict[str, str]:
    """Titles of the columns that set a limit, by the name of the limit."""
    return {
        rule.name: rule.column.titles
        for rule in RULES.values()
        if rule.column is not None and rule.column.table == table
    }


_PLACE: Final = {
    "hamlet": "quartier; hameau; lieu dit; localite; communaute; aldea; barrio; caserio; "
    "comunidad; "
    "vereda; localidad; bairro; aldeia; povoado; localidade; comunidade; settlement; "
    "neighbourhood; "
    "neighborhood; thon; ban; xom; ap; buon; lang; khu; khu pho; to; to dan pho; tdp; "
    "khu dan cu; khom; "
    "soc; plei; bon; dia ban; hamlet; village; ten thon; thon ban; thon xom; noi o",
    "lat": "vi do; lat; latitude; vi do lat; vi do n; latitud; gps latitude; y lat; lat dd",
    "lon": "kinh do; lon; lng; long; longitude; kinh do lon; kinh do e; longitud; "
    "gps longitude; lon dd",
    "at": "toa do; at; toa do gps; toa do nha; toa do nha o; toa do ho; vi tri nha; vi tri ho; "
    "gps; coordinates; vi tri; vi tri gps; location; coordonnees; "
    "coordonnees gps; coordenadas; coordenadas gps; ubicacion; localizacao; geopoint; "
    "gps coordinates; geometry; geom; wkt; the geom",
    NUMBER: "stt; tt; so tt; so thu tu; no; nr; number; sl no; s no; sr no; serial no; "
    "serial number; "
    "num; n; no d ordre; numero d ordre; n d ordre; n o; s n; numero; nro; no de orden; "
    "numero de orden; orden; ordem; "
    "numero de ordem",
    NOTE: "ghi chu; note; notes; remark; remarks; chu thich; comment; comments; observation; "
    "observations; remarque; remarques; observaciones; observacion; nota; notas; observacoes; "
    "observacao; comentarios",
    LEFT_OUT: "dien thoai; so dien thoai; sdt; dt; di dong; so di dong; phone; telephone; mobile; "
    "cccd; so cccd; cmnd; so cmnd; cmnd cccd; cccd cmnd; so dinh danh; so dinh danh ca nhan; "
    "ma dinh danh; can cuoc; so can cuoc; can cuoc cong dan; identity number; dan toc; ton giao; "
    "ethnicity; religion; ngay sinh; nam sinh; ngay thang nam sinh; ngay thang sinh; tuoi; "
    "date of birth; birthday; age; gioi tinh; gender; sex; nam; nu; "
    "so nha; xa; phuong; xa phuong; huyen; tinh; nghe nghiep; occupation; "
    "trinh do; trinh do van hoa; ky nhan; ky ten; chu ky; signature; email; so ho khau; "
    "sexe; age; date de naissance; annee de naissance; telephone portable; adresse; profession; "
    "ethnie; cni; numero cni; district; region; departement; sexo; edad; fecha de nacimiento; "
    "telefono; celular; direccion; ocupacion; etnia; cedula; dni; provincia; departamento; "
    "municipio; "
    "distrito; idade; data de nascimento; telefone; endereco; profissao; cpf; rg; bi; estado; "
    "raca; cor; phone number; mobile number; contact number; national id; national id number; "
    "nid; id card; id card number; aadhaar; province; state; county; ward; marital status; "
    "uuid; instanceid; instance id; instancename; deviceid; device id; subscriberid; simserial; "
    "submission time; submissiondate; submission date; formdef version; xform id string; "
    "review state; attachmentspresent; attachmentsexpected; submitterid; submittername; submitted by; "
    "validation status; parent index; index; start; end; today; altitude; accuracy; precision; "
    "gps altitude; gps precision; gps accuracy; location altitude; location accuracy; "
    "education; pid; person id; individual id; person number; line number; ma ca nhan; "
    "tinh trang hon nhan; ho chieu; bhyt; so the bhyt",
    RELATION: "quan he voi chu ho; quan he; quan he chu ho; moi quan he voi chu ho; relationship; "
    "relationship to head; relationship to household head; relation to head; relation; "
    "lien de parente; lien avec le chef; lien avec le chef de menage; parentesco; "
    "parentesco con el jefe; parentesco con el jefe de hogar; parentesco com o chefe",
}
_ADDRESS: Final = "dia chi; dia chi thuong tru; noi thuong tru; address"
_SINCE: Final = (
    "since; phu trach tu; tu ngay; tu nam; phu trach tu ngay; phu trach tu nam; ngay phan cong; "
    "ngay duoc phan cong; nam phan cong; nhan phu trach tu"
)
_PERSON: Final = (
    "nom; nom et prenom; nom et prenoms; nom complet; prenom; nombre; nombres; nombre completo; "
    "nombre y apellido; nombres y apellidos; apellidos y nombres; apellido; nome; nome completo; "
    "ho va ten; ho ten; full name; name; ten; hoten; ho dem va ten; ho va ten khai sinh"
)

_MEMBERS: Final = (
    _PLACE
    | DEGREE_TITLES
    | {
        "id": "id; ma; ma so; ma dang vien; ma dv; ma can bo; ma thanh vien; ma nguoi phu trach; "
        "member id; code; member code; codigo; code agent; id agent; agent id; chw id; chw code; "
        "worker id; staff id; matricule; codigo agente; codigo promotor",
        NAME: f"{_PERSON}; ho va ten dang vien; ho ten dang vien; ten dang vien; dang vien; "
        "dang vien phu trach; nguoi phu trach; can bo; can bo phu trach; cong tac vien; thanh vien; "
        "ho va ten can bo; ho ten can bo; ho va ten nguoi phu trach; member; member name; "
        "member s name; "
        "agent; nom de l agent; nom agent; agent de sante; agent communautaire; relais; asc; chw; "
        "chw name; "
        "health worker; community health worker; volunteer; volunteer name; worker name; promotor; "
        "promotora; promotor de salud; agente; agente de salud; nombre del agente; "
        "nombre del promotor; "
        "agente comunitario; agente de saude; nome do agente",
        **_limits("members"),
        "share": "share; he so; ty le; ti le; he so dam nhan; phan dam nhan; muc dam nhan",
        "skills": "skills; ky nang; ki nang; chuyen mon; kha nang",
        "carried_households": "carried_households; carried households; households already carried; "
        "households besides the list; households outside the list; so ho phu trach ngoai danh sach; "
        "so ho dang phu trach ngoai danh sach; so ho ngoai danh sach; menages hors liste; "
        "nombre de menages hors liste; menages deja suivis; hogares fuera de la lista; "
        "hogares ya asignados; familias fora da lista; agregados fora da lista",
        "carried_workload": "carried_workload; carried workload; workload already carried; "
        "workload besides the list; workload outside the list; khoi luong ngoai danh sach; "
        "khoi luong cong viec ngoai danh sach; khoi luong dang dam nhan ngoai danh sach; "
        "charge hors liste; charge de travail hors liste; carga fuera de la lista; "
        "carga de trabajo fuera de la lista; carga fora da lista; carga de trabalho fora da lista",
        "household": "household; own household; ho cua dang vien; ho cua minh; ho rieng; "
        "ho gia dinh minh; ma ho cua dang vien; ma ho cua minh; ho cua nguoi phu trach",
        "optional": "optional; du bi; du phong",
        NEWCOMER: "newcomer; newcomers; new; new member; moi; nguoi moi; dang vien moi; can bo moi; "
        "nouveau; nouvelle; nuevo; nueva; novo; nova",
        EXEMPT: "exempt; mien phan cong; duoc mien; mien; mien phu trach; mien sinh hoat cong tac",
        POST: "chuc vu; chuc danh; position",
        LEFT_OUT: f"{_PLACE[LEFT_OUT]}; {_ADDRESS}; ngay vao dang; ngay ket nap; "
        "ngay chinh thuc; so the dang; so the dang vien; so ly lich; chi bo; don vi; to chuc; "
        "so ho dang phu trach; so ho duoc phan cong",
    }
)
_HOUSEHOLDS: Final = (
    _PLACE
    | DEGREE_TITLES
    | {
        "id": "id; ma; ma so; ma ho; ma so ho; ma ho gia dinh; household id; code; household code; "
        "household no; household number; house no; house number; hh id; hhid; hh no; hh number; "
        "hh code; "
        "family id; family no; family number; code menage; id menage; numero menage; numero de menage; "
        "no menage; codigo; codigo de hogar; codigo hogar; id hogar; numero de hogar; no de hogar; "
        "codigo de familia; codigo da familia; codigo do domicilio; id familia; so ho; ho so; "
        "so thu tu ho; stt ho",
        NAME: f"{_PERSON}; chu ho; ho va ten chu ho; ho ten chu ho; ten chu ho; ho gia dinh; ten ho; "
        "ten ho gia dinh; ho va ten chu ho gia dinh; head; head of household; household head; "
        "household; ho; ho dan; chu ho gia dinh; household head name; name of household head; hh head; "
        "head name; name of head; head of family; family head; family name; household name; chef; "
        "chef de menage; "
        "nom et prenom du chef; nom et prenoms du chef; nom et prenom du chef de menage; "
        "nom et prenoms du chef de menage; nom du chef; nom du chef de menage; menage; jefe; "
        "jefe de hogar; jefe de familia; hogar; "
        "nombre del jefe; nombre del jefe de hogar; familia; chefe; chefe de familia; "
        "chefe do agregado; "
        "nome do chefe; nome do chefe de familia; responsavel familiar",
        "workload": "charge de travail; carga de trabajo; carga de trabalho; workload; khoi luong; "
        "khoi luong cong viec; he so; trong so; he so kho khan",
        "visits": "visites; nombre de visites; visitas; numero de visitas; number of visits; "
        "visits; visits per month; visits a month; visites par mois; visitas al mes; visitas por mes; "
        "so lan tham thang; so lan tham moi thang; so lan tham mot thang; "
        "so lan tham; so luot tham; so lan den; so luot den; so lan tham ho",
        **_limits("households"),
        "cluster": "cluster; cum; cum dan cu; nhom ho; nhom; ngo; lien gia; to lien gia; cum ho",
        "group": "group; nhom chung nguoi; nhom cung nguoi phu trach",
        "priority": "priority; muc uu tien so lon uu tien hon",
        "members_needed": "members_needed; so nguoi can; so dang vien can; so nguoi phu trach; "
        "so dang vien phu trach; members needed",
        ADDRESS: _ADDRESS,
        CLASS: "class; categorie; clase; categoria; classe; type of household; household type; "
        "phan loai; phan loai ho; loai ho; dien; dien ho; doi tuong; category; "
        "ho ngheo can ngheo; muc song; dien ho ngheo can ngheo; phan loai ho ngheo can ngheo",
        IN_CHARGE_ID: "chw id; chw code; agent id; id agent; code agent; worker id; member id; "
        "member code; "
        "ma dang vien phu trach; ma nguoi phu trach; ma can bo phu trach; ma dang vien; "
        "codigo promotor; "
        "codigo agente",
        IN_CHARGE: "chw; chw name; health worker; community health worker; volunteer; volunteer name; "
        "agent responsable; nom de l agent; agent; asc; relais; responsable; promotor; promotora; "
        "nombre del promotor; nombre del agente; agente; agente de salud; responsavel; "
        "agente de saude; "
        "nome do agente; dang vien duoc phan cong phu trach; nguoi duoc phan cong phu trach; "
        "can bo duoc phan cong phu trach; dang vien phu trach ho; phan cong dang vien phu trach; "
        "dang vien phu trach; nguoi phu trach; can bo phu trach; phu trach; dang vien; "
        "dang vien duoc phan cong; nguoi duoc phan cong; nguoi phu trach nam truoc; "
        "dang vien phu trach nam truoc; phan cong nam truoc; phan cong cu; cong tac vien phu trach; "
        "cong tac vien; ho va ten dang vien phu trach; ho ten dang vien phu trach; "
        "ho va ten nguoi phu trach; ho ten nguoi phu trach; dang vien nhan phu trach; "
        "member; member in charge; in charge; responsible; responsible member",
        SINCE: _SINCE,
        LEFT_OUT: f"{_PLACE[LEFT_OUT]}; nhan khau; so nhan khau; so khau; khau; tong so khau; "
        "so lao dong; lao dong; people; persons; household size; thu nhap; income; ho khau; taille; "
        "taille du menage; nombre de personnes; personnes; tamano; tamano del hogar; personas; "
        "numero de personas; integrantes; miembros; moradores; numero de moradores; pessoas; "
        "family size; hh size; number of people; members count; gia canh; so nguoi; so thanh vien",
    }
)
_PAIRS: Final = {
    "household": "household; household id; ma ho; ma so ho; ma ho gia dinh; household no; hhid; "
    "hh id; "
    "household code; code menage; codigo de hogar; codigo da familia; id hogar; id menage",
    "member": "member; member id; ma dang vien; ma dv; ma nguoi phu trach; ma can bo; member code; "
    "chw id; agent id; id agent; code agent; codigo promotor; codigo agente; "
    "ma dang vien phu trach",
    HOUSEHOLD_NAME: "chu ho; ho va ten chu ho; ho ten chu ho; ten chu ho; ho gia dinh; ho; ten ho; "
    "ho va ten; ho ten; head of household; household head; household name; household head name; "
    "name of household head; chef de menage; nom du chef de menage; jefe de hogar; "
    "jefe de familia; "
    "chefe de familia; menage; hogar",
    MEMBER_NAME: f"{_HOUSEHOLDS[IN_CHARGE].replace('member; ', '')}; ho va ten dang vien; "
    "ho ten dang vien; ten dang vien; member name; can bo",
    "hamlet": _PLACE["hamlet"],
    NUMBER: _PLACE[NUMBER],
    NOTE: f"{_PLACE[NOTE]}; name",
    LEFT_OUT: f"{_HOUSEHOLDS[LEFT_OUT]}; {_ADDRESS}; {_HOUSEHOLDS[CLASS]}; vi do; kinh do; toa do; "
    "travel; workload; kept; distance; quang duong",
}
_YEARS: Final = {SINCE: _SINCE, "years": "years; so nam; so nam phu trach; nam thu"}


def _titles(words: Mapping[str, str]) -> dict[str, str]:
    known: dict[str, str] = {}
    for meaning, titles in words.items():
        for title in titles.split("; "):
            known.setdefault(fold(title), meaning)
    return known


#: For each table: folded title → meaning. The first meaning of a title applies.
TITLES: Final[Mapping[str, Mapping[str, str]]] = {
    "members": _titles(_MEMBERS),
    "households": _titles(_HOUSEHOLDS),
    "previous": _titles(_PAIRS | _YEARS),
    "fixed": _titles(_PAIRS),
    "forbidden": _titles(_PAIRS),
}
#: The tables that every problem needs.
REQUIRED: Final = ("members", "households")
#: Ambiguous titles: folded title → question.
DOUBTFUL: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("uu tien", "muc uu tien", "do uu tien", "thu tu uu tien"),
        Message(
            "could mean that 1 comes first or that 1 comes last "
            "(in a problem a larger number is left uncovered later)"
        ),
    ),
    **dict.fromkeys(
        ("x", "y", "toa do x", "toa do y", "x vn 2000", "y vn 2000", "toa do vn 2000"),
        Message("could be a place in VN-2000 metres (a problem needs degrees WGS 84)"),
    ),
}

#: The question about a column whose title names longitude before latitude.
LONGITUDE_FIRST: Final[str] = Message(
    "names the longitude first, and a coordinate in one cell is read with the latitude first: part it "
    "in two columns, or write the latitude first"
)
#: The question about an address that contains a hamlet.
PART_OF_ADDRESS: Final[str] = Message("could hold the hamlet among other parts of an address")

#: Words that combine to titles of a hamlet: "Thôn (bản, tổ dân phố)".
HAMLET_TITLE: Final = _list(
    "thon; ban; xom; ap; buon; lang; khu; pho; to; dan; cu; tdp; khom; soc; plei; bon; ten; phum"
)
#: Words with which the name of a hamlet begins, the longest first, with diacritics.
HAMLET_WORDS: Final = (
    "tổ dân phố", "khu dân cư", "khu phố", "thôn", "bản", "xóm", "ấp", "buôn", "làng", "khóm",
    "khu", "tổ", "tdp", "sóc", "phum", "plei", "bon", "hamlet", "village",
)  # fmt: skip

#: Folded name of a sheet or file → its table.
SHEETS: Final[Mapping[str, str]] = {
    **_each(
        "membres; agents; agent; liste des agents; miembros; promotores; agentes; "
        "lista de promotores; "
        "lista de agentes; membros; chws; chw; health workers; volunteers; staff; member list; "
        "list of members; members; dang vien; danh sach dang vien; ds dang vien; "
        "dang vien phu trach; can bo; "
        "danh sach can bo; ds can bo; cong tac vien; danh sach cong tac vien; nguoi phu trach; "
        "danh sach nguoi phu trach; ds nguoi phu trach; thanh vien; dsdv; ds dv",
        "members",
    ),
    **_each(
        "menages; menage; liste des menages; familles; hogares; hogar; lista de hogares; familias; "
        "lista de familias; agregados; lista de agregados; domicilios; household; household list; "
        "list of households; families; households; ho; ho gia dinh; danh sach ho; "
        "danh sach ho gia dinh; ds ho; ds ho gia dinh; "
        "ho dan; danh sach ho dan; ds ho dan; cac ho; dsho; danh sach cac ho",
        "households",
    ),
    **_each(
        "previous; nam truoc; phan cong cu; phan cong nam truoc; phan cong nam ngoai; "
        "danh sach phan cong nam truoc; last year; previous plan; nam ngoai; phan cong hien tai; "
        "annee precedente; an dernier; l an dernier; ano anterior; ano pasado; ano passado; "
        "asignacion anterior; affectation precedente",
        "previous",
    ),
    **_each("fixed; co dinh; phan cong co dinh; giu nguyen", "fixed"),
    **_each(
        "forbidden; khong phan cong; khong duoc phan cong; cap khong phan cong; khong ghep",
        "forbidden",
    ),
}
#: Words within the name of a sheet or file that determine its table, too; the first match applies.
IN_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "previous": (
        "previous", "nam truoc", "nam ngoai", "phan cong cu", "last year", "annee precedente",
        "an dernier", "ano anterior", "ano pasado", "ano passado", "phan cong nam",
    ),
    "forbidden": ("forbidden", "khong phan cong", "khong ghep", "khong duoc phan cong"),
    "fixed": ("fixed", "co dinh", "giu nguyen"),
    "households": (
        "households", "household", "ho gia dinh", "ho dan", "danh sach ho", "ds ho", "dsho", "menages",
        "hogares", "familias", "cac ho",
    ),
    "members": (
        "members", "dang vien", "can bo", "cong tac vien", "nguoi phu trach", "membres", "miembros",
        "promotores", "agents", "agentes", "chws", "ds dv", "dsdv",
    ),
}  # fmt: skip
#: Names of sheets that explain a list or report a plan: they are not read.
NO_LISTS: Final = _list(
    "huong dan; cach dien; giai thich; guide; explanations; legend; help; readme; plan; pairs; "
    "summary; tong hop; goals; breaches; loads"
)

#: Words of English titles; a title with another word is Vietnamese.
ENGLISH: Final = _list(
    "id; at; lat; lon; lng; long; latitude; longitude; coordinates; location; gps; hamlet; "
    "village; no; nr; number; note; notes; remark; remarks; phone; telephone; mobile; "
    "identity; ethnicity; religion; date; of; birth; birthday; age; gender; sex; address; "
    "occupation; signature; email; full; name; member; s; code; minimum; maximum; households; "
    "household; min; max; workload; share; skills; own; optional; travel; exempt; position; "
    "head; visits; needs; cluster; group; priority; members; needed; class; category; in; "
    "charge; responsible; people; persons; size; income; years; since; worker; health; community; "
    "chw; hh; hhid; family; house; capacity; relationship; to; relation; type; province; state; "
    "district; region; county; ward; national; card; marital; status; education; comment; "
    "comments; "
    "settlement; neighbourhood; neighborhood; serial; sl; sr; staff; volunteer; agent; contact; "
    "geopoint; count; dd; nid; aadhaar; a; ns; ew; n; e; w; deg; degree; degrees; minute; minutes; "
    "sec; second; seconds; m; d; direction; dir; hemisphere; ref; letter; per; month"
)
#: Words of French, Spanish and Portuguese titles: a list with these is not Vietnamese.
ROMANCE: Final = _list(
    "nom; prenom; prenoms; complet; et; du; de; la; le; l; chef; menage; menages; agent; code; "
    "numero; "
    "quartier; hameau; localite; communaute; latitude; longitude; coordonnees; remarque; "
    "observation; "
    "nombre; visites; charge; travail; categorie; taille; personnes; sexe; date; naissance; "
    "adresse; "
    "lien; parente; avec; asc; relais; responsable; communautaire; sante; minimum; maximum; "
    "capacite; "
    "nombres; completo; y; apellido; apellidos; jefe; hogar; hogares; familia; familias; codigo; "
    "comunidad; aldea; barrio; caserio; vereda; localidad; latitud; longitud; coordenadas; "
    "ubicacion; "
    "observaciones; nota; notas; visitas; carga; trabajo; clase; categoria; tamano; personas; "
    "sexo; "
    "edad; fecha; nacimiento; telefono; direccion; parentesco; con; el; del; promotor; promotora; "
    "agente; salud; minimo; maximo; capacidad; id; no; orden; nome; chefe; agregado; bairro; "
    "aldeia; "
    "povoado; comunidade; localidade; observacoes; trabalho; classe; pessoas; moradores; idade; "
    "nascimento; telefone; endereco; com; o; da; do; domicilio; saude; capacidade; responsavel; "
    "familiar; lat; lon; long; o; n; s; e; degres; grados; graus; minutos; secondes; segundos; "
    "nord; sud; est; ouest; norte; sur; este; oeste; sul; leste; d; ordre; par; mois; al; mes; por"
)
#: Limits, which only a list of members has.
LIMITS: Final = frozenset(
    (*_limits("members"), "share", EXEMPT, "carried_households", "carried_workload")
)
#: Meanings or titles that only one of the two lists has.
ONLY_MEMBERS: Final = LIMITS | {"skills", "household", "optional"}
ONLY_HOUSEHOLDS: Final = frozenset(
    (*_limits("households"), "workload", "visits", "cluster", "group", "priority")
) | {"members_needed", CLASS}
#: Titles of a name or id that say which of the two lists it is.
OF_MEMBERS: Final = ("dang vien", "can bo", "cong tac vien", "thanh vien", "member", "ma dv", "agent",
                     "promotor", "chw", "health worker", "volunteer")  # fmt: skip
OF_HOUSEHOLDS: Final = ("chu ho", "ho gia dinh", "head", "household", "ma ho", "ten ho", "ma so ho",
                        "nhan khau", "so khau", "so nhan khau", "khau", "ho dan", "menage", "hogar",
                        "hhid", "hh id", "family")  # fmt: skip

#: Folded labels of totals: the whole cell, or its beginning if figures follow.
TOTALS: Final = frozenset(
    ("tong cong", "cong", "tong so", "tong", "total", "grand total", "sum", "tong so ho",
     "cong chung", "tong cong so ho", "cong tong", "tong so khau")
)  # fmt: skip
#: Beginnings of labels of totals, with diacritics.
TOTAL_BEGINNINGS: Final = ("tổng cộng", "tổng số", "cộng thôn", "cộng bản", "cộng xóm", "cộng tổ")
#: Folded beginnings of cells below a list.
FOOTERS: Final = (
    "nguoi lap", "tm ", "t m ", "chu tich", "bi thu", "truong thon", "truong ban", "xac nhan",
    "ky ten", "ky ghi ro", "ky va ghi", "noi nhan", "danh sach nay", "danh sach gom",
    "danh sach co", "an dinh danh sach", "luu vt", "prepared by", "ghi chu ", "thu truong",
)  # fmt: skip
#: Folded forms of address, which are no part of a name.
HONORIFICS: Final = frozenset(
    ("ong", "ba", "anh", "chi", "co", "chu", "bac", "dc", "d c", "mr", "mrs")
)
#: Folded words for the head of a household.
HEADS: Final = _list(
    "chu ho; ch; la chu ho; head; hh head; household head; head of household; head of family; "
    "self; "
    "chef; chef de menage; cm; jefe; jefa; jefe a; jefe de hogar; jefa de hogar; jefe de familia; "
    "jefe a de hogar; chefe; chefe de familia; chefe do agregado; pessoa de referencia; "
    "responsavel; "
    "1; 01"
)
#: Folded titles of personal data: a list with them may have one row a person.
OF_PERSONS: Final = _list(
    "ngay sinh; nam sinh; ngay thang nam sinh; ngay thang sinh; tuoi; gioi tinh; nam; nu; "
    "date of birth; "
    "birthday; age; gender; sex; cccd; so cccd; so dinh danh; so dinh danh ca nhan; sexe; "
    "date de naissance; annee de naissance; sexo; edad; fecha de nacimiento; idade; "
    "data de nascimento"
)
YES: Final = frozenset(("x", "co", "v", "yes", "y", "true", "1", "dung", "oui", "si", "sim"))
NO: Final = frozenset(("khong", "no", "n", "false", "0", "ko", "k", "non", "nao"))
