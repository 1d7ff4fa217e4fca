"""Makes the files in this folder with other programs than lurewatch: Python's csv, json and gzip, openpyxl, XlsxWriter,
pyarrow, iconv, zstd.

    python3 tests/it/files/make.py

needs openpyxl, XlsxWriter and pyarrow, and iconv and zstd on the path. The texts are the first rows of datasets/postings. Files of another run
differ in time stamps at most.
"""

import csv
import datetime
import decimal
import gzip
import io
import json
import pathlib
import subprocess

import openpyxl
import pyarrow
import pyarrow.parquet
import xlsxwriter

HERE = pathlib.Path(__file__).parent
POSTINGS = HERE.parents[2] / "datasets" / "postings"
COLUMNS = ["id", "title", "text"]

# Language, encoding as iconv calls it, and the file's name.
ENCODED = [
    ("zh-Hans", "GB18030", "gb18030"),
    ("zh-Hant", "BIG5", "big5"),
    ("ja", "CP932", "shift_jis"),
    ("ko", "EUC-KR", "euc-kr"),
    ("th", "CP874", "windows-874"),
    ("fr", "CP1252", "windows-1252"),
    ("vi", "CP1258", "windows-1258"),
    ("ru", "CP1251", "windows-1251"),
]


def rows(language, wanted=8):
    with open(POSTINGS / f"{language}.csv", encoding="utf-8-sig", newline="") as file:
        return [[row[column] for column in COLUMNS] for row in list(csv.DictReader(file))[:wanted]]


def table(language, **form):
    text = io.StringIO()
    writer = csv.writer(text, **form)
    writer.writerow(COLUMNS)
    writer.writerows(rows(language))
    return text.getvalue()


def iconv(text, encoding):
    """What does not fit the encoding (an emoji) is left out, in the reference file too."""
    run = subprocess.run(["iconv", "-c", "-f", "UTF-8", "-t", encoding], input=text.encode(), capture_output=True)
    return run.stdout


def put(name, content):
    (HERE / name).write_bytes(content)


def packed(name, content):
    put(name, content)
    put(f"{name}.gz", gzip.compress(content, mtime=0))
    put(f"{name}.zst", subprocess.run(["zstd", "-q", "-c", "--check"], input=content, capture_output=True).stdout)


def main():
    plain = table("en")
    packed("jobs.csv", plain.encode())
    put("bom.csv", plain.encode("utf-8-sig"))
    put("utf-16le.csv", b"\xff\xfe" + iconv(plain, "UTF-16LE"))
    put("utf-16be.csv", b"\xfe\xff" + iconv(plain, "UTF-16BE"))
    put("semicolon.csv", table("en", delimiter=";").encode())
    put("tab.csv", table("en", delimiter="\t", lineterminator="\n").encode())
    put("bar.csv", table("en", delimiter="|").encode())
    put("quoted.csv", table("en", quoting=csv.QUOTE_ALL, lineterminator="\n").encode())
    for language, encoding, name in ENCODED:
        text = table(language)
        put(f"{name}.csv", iconv(text, encoding))
        back = subprocess.run(["iconv", "-f", encoding, "-t", "UTF-8"], input=iconv(text, encoding), capture_output=True)
        put(f"{name}.utf8.csv", back.stdout)

    objects = [dict(zip(COLUMNS, row)) for row in rows("en")]
    packed("jobs.jsonl", "".join(json.dumps(one) + "\n" for one in objects).encode())
    nested = [
        {"id": at, "job": {"title": one["title"], "lines": one["text"].split(". ")}, "tags": [], "seen": None, "ok": True}
        for at, one in enumerate(objects)
    ]
    put("nested.jsonl", "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in nested).encode())

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(COLUMNS)
    for row in rows("en"):
        sheet.append(row)
    other = book.create_sheet("Other")
    other.append(["id", "title", "text", "pay", "day"])
    other.append([1, "Nurse", "Night shift, =1+1 is \"two\"", 2500.5, __import__("datetime").date(2026, 11, 25)])
    book.save(HERE / "jobs.xlsx")

    # Text in the sheet itself instead of a table of strings.
    book = xlsxwriter.Workbook(HERE / "xlsxwriter.xlsx", {"in_memory": True, "constant_memory": True})
    book.set_properties({"created": datetime.datetime(2026, 11, 25)})
    sheet = book.add_worksheet("Jobs")
    for at, row in enumerate([COLUMNS] + rows("en")):
        sheet.write_row(at, 0, row)
    book.close()
    content = (HERE / "xlsxwriter.xlsx").read_bytes()
    put("xlsxwriter.xlsx.gz", gzip.compress(content, mtime=0))
    put("xlsxwriter.xlsx.zst", subprocess.run(["zstd", "-q", "-c"], input=content, capture_output=True).stdout)
    parquet()


def parquet():
    table = pyarrow.table({column: [row[at] for row in rows("en")] for at, column in enumerate(COLUMNS)})
    # Three row groups.
    for packing in ["none", "snappy", "gzip", "zstd"]:
        pyarrow.parquet.write_table(table, HERE / f"{packing}.parquet", row_group_size=3, compression=packing)
    content = (HERE / "snappy.parquet").read_bytes()
    put("snappy.parquet.gz", gzip.compress(content, mtime=0))
    put("snappy.parquet.zst", subprocess.run(["zstd", "-q", "-c"], input=content, capture_output=True).stdout)
    day = datetime.datetime(2026, 11, 25, 8, 30, tzinfo=datetime.timezone.utc)
    typed = pyarrow.table(
        {
            "id": pyarrow.array([1, None], pyarrow.int64()),
            "job": [{"title": "Chat work", "pay": {"from": 800.5, "to": None}}, None],
            "text": ["Free visa,\n\"flight\" paid", ""],
            "lines": [["Bavet", "Telegram only"], []],
            "ok": [True, None],
            "day": pyarrow.array([day.date(), None], pyarrow.date32()),
            "seconds": pyarrow.array([day, None], pyarrow.timestamp("s")),
            "millis": pyarrow.array([day + datetime.timedelta(milliseconds=5), None], pyarrow.timestamp("ms")),
            "micros": pyarrow.array([day, None], pyarrow.timestamp("us", "UTC")),
            "nanos": pyarrow.array([day, None], pyarrow.timestamp("ns")),
            "time": pyarrow.array([day.time(), None], pyarrow.time64("ns")),
            "sum": pyarrow.array([decimal.Decimal("-12.50"), None], pyarrow.decimal128(9, 2)),
            "small": pyarrow.array([7, None], pyarrow.uint8()),
            "half": pyarrow.array([1.5, None], pyarrow.float32()),
            "bytes": pyarrow.array([b"raw", None], pyarrow.binary()),
            "map": pyarrow.array([[("a", 1)], None], pyarrow.map_(pyarrow.string(), pyarrow.int32())),
            "kind": pyarrow.array(["x", None]).dictionary_encode(),
        }
    )
    pyarrow.parquet.write_table(typed, HERE / "typed.parquet")
    pyarrow.parquet.write_table(typed, HERE / "typed2.parquet", version="1.0", data_page_version="2.0", use_dictionary=False)


main()
