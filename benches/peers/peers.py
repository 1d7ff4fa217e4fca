"""The peers of run.sh: what each does, how it is timed, and the table.

Speed is measured on a generated file, CSV in and CSV out; Vowpal Wabbit and fastText get its text ready-made, and Python programs
are not charged for their imports. Training is timed on the file's first rows, labelled by a fixed rule (the description names
equal opportunity). ROC-AUC is measured on datasets/postings: one fifth of its twin groups, by the sha256 of the group's name,
is held out, and every program learns from the same other rows. lurewatch scores with its embedded model for speed.
"""

import csv
import datetime
import hashlib
import os
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import sys
import time

csv.field_size_limit(1 << 24)
TEXT = ["title", "company", "location", "salary", "description", "text", "requirements", "benefits", "contact"]
TRAINED_ROWS = int(os.environ.get("PEERS_TRAINED", "10000"))
THREADS = 2


def text_of(row):
    return "\n".join(row[name] for name in TEXT if row.get(name))


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def write(path, rows):
    rows = list(rows)
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def words(row):
    return " ".join(re.findall(r"\w+", text_of(row).lower()))


# ---------------------------------------------------------------- preparing

def ready_made(path):
    """The text of a file as Vowpal Wabbit and fastText want it."""
    with open(f"{path}.vw", "w") as vw, open(f"{path}.ft", "w") as ft:
        for row in read(path):
            label, text = row.get("label", ""), words(row)
            vw.write(f"{ {'lure': '1 ', 'clean': '-1 '}.get(label, '') }|t {text}\n")
            ft.write(f"__label__{label or 'clean'} {text}\n")


def prepare(file, work):
    """Files to learn from and to be measured on, below `work`."""
    train = work / "speed-train.csv"
    rows = []
    for row in read(file):
        row["label"] = "lure" if "equal opportunity" in row["description"] else "clean"
        rows.append(row)
        if len(rows) == TRAINED_ROWS:
            break
    write(train, rows)
    held_out, learnt = [], []
    for path in sorted(pathlib.Path("datasets/postings").glob("*.csv")):
        for row in read(path):
            if row["label"] not in ("lure", "clean"):
                continue
            group = row["twin"] or row["id"]
            part = held_out if hashlib.sha256(group.encode()).digest()[0] < 51 else learnt
            part.append(row | {"twin": group})
    write(work / "auc-train.csv", learnt)
    write(work / "auc-test.csv", held_out)
    for path in (file, train, work / "auc-train.csv", work / "auc-test.csv"):
        ready_made(path)
    return len(rows), len(learnt), len(held_out)


# ---------------------------------------------------------------- Python peers, each in a process of its own

def scikit(kind, action, source, model, out):
    import joblib
    from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer
    from sklearn.linear_model import LogisticRegression, SGDClassifier
    from sklearn.pipeline import make_pipeline

    if action == "train":
        begun = time.perf_counter()
        texts, labels = [], []
        for row in read(source):
            texts.append(text_of(row))
            labels.append(row["label"] == "lure")
        if kind == "hashing":
            steps = HashingVectorizer(ngram_range=(1, 2), n_features=1 << 20), SGDClassifier(loss="log_loss", random_state=0)
        else:
            steps = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LogisticRegression(C=10, max_iter=1000)
        pipeline = make_pipeline(*steps).fit(texts, labels)
        joblib.dump(pipeline, model)
        return time.perf_counter() - begun
    pipeline = joblib.load(model)
    begun = time.perf_counter()
    with open(out, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["probability"])
        rows = []

        def flush():
            writer.writerows([f"{p:.6g}"] for p in pipeline.predict_proba(rows)[:, 1])
            rows.clear()

        for row in read(source):
            rows.append(text_of(row))
            if len(rows) == 1_000:
                flush()
        if rows:
            flush()
    return time.perf_counter() - begun


def hugging_face(source):
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file("models/lure/tokenizer.json")
    begun = time.perf_counter()
    texts, ids = [], 0
    for row in read(source):
        texts.append(text_of(row).lower())
        if len(texts) == 1_000:
            ids += sum(len(encoding.ids) for encoding in tokenizer.encode_batch_fast(texts))
            texts.clear()
    ids += sum(len(encoding.ids) for encoding in tokenizer.encode_batch_fast(texts)) if texts else 0
    return time.perf_counter() - begun


# ---------------------------------------------------------------- running

def measured(command, stdout=None, seconds_from=None):
    """Seconds and peak bytes of a command; `seconds_from` is a file it writes its own time to."""
    begun = time.perf_counter()
    with open(stdout or os.devnull, "wb") as out, open(os.environ["PEERS_LOG"], "ab") as log:
        process = subprocess.Popen([str(part) for part in command], stdout=out, stderr=log,
                                   env=os.environ | {"RAYON_NUM_THREADS": str(THREADS)})
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - begun
    if process.returncode != 0:
        sys.exit(f"peers: failed ({process.returncode}), see {os.environ['PEERS_LOG']}: {' '.join(map(str, command))}")
    if seconds_from:
        seconds = float(pathlib.Path(seconds_from).read_text())
    return seconds, usage.ru_maxrss * 1024


class Lurewatch:
    name = "**lurewatch** (2 threads)"

    def __init__(self, program):
        self.program = program

    def train(self, source, model):
        shutil.rmtree(model, ignore_errors=True)
        return measured([self.program, "train", source, "--out", model, "--threads", THREADS, "--quiet"])

    def score(self, source, model, out):
        chosen = ["--model", model] if model else []
        return measured([self.program, "score", source, "-o", out, "--threads", THREADS, "--quiet", *chosen])

    def probabilities(self, out):
        return [float(row["lure_probability"]) for row in read(out)]


class VowpalWabbit:
    name = "Vowpal Wabbit, native, text ready-made (own 2 threads)"

    def train(self, source, model):
        return measured(["vw", "--quiet", "-d", f"{source}.vw", "-b", 20, "--ngram", 2, "--loss_function", "logistic",
                         "-c", "-k", "--cache_file", f"{model}.cache", "--passes", 5, "--holdout_off", "-f", model])

    def score(self, source, model, out):
        return measured(["vw", "--quiet", "-t", "-d", f"{source}.vw", "-i", model, "--link", "logistic", "-p", out])

    def probabilities(self, out):
        return [float(line.split()[0]) for line in open(out)]


class FastText:
    name = "fastText, native, text ready-made (1 thread scoring)"

    def train(self, source, model):
        return measured(["fasttext", "supervised", "-input", f"{source}.ft", "-output", model, "-wordNgrams", 2, "-dim", 50,
                         "-bucket", 1_000_000, "-epoch", 10, "-lr", 0.5, "-thread", THREADS, "-verbose", 0])

    def score(self, source, model, out):
        return measured(["fasttext", "predict-prob", f"{model}.bin", f"{source}.ft", 2], stdout=out)

    def probabilities(self, out):
        found = []
        for line in open(out):
            parts = line.split()
            found.append(dict(zip(parts[::2], map(float, parts[1::2]))).get("__label__lure", 0.0))
        return found


class Scikit:
    def __init__(self, kind, name, work):
        self.kind, self.name, self.seconds = kind, name, work / "seconds"

    def train(self, source, model):
        return self.run("train", source, model, os.devnull)

    def score(self, source, model, out):
        return self.run("score", source, model, out)

    def run(self, action, source, model, out):
        return measured([sys.executable, __file__, "scikit", self.seconds, self.kind, action, source, model, out],
                        seconds_from=self.seconds)

    def probabilities(self, out):
        return [float(row["probability"]) for row in read(out)]


class HuggingFace:
    name = "Hugging Face `encode_batch_fast` alone (2 threads)"

    def __init__(self, work):
        self.seconds = work / "seconds"

    def score(self, source, model, out):
        return measured([sys.executable, __file__, "hf", self.seconds, source], seconds_from=self.seconds)


def roc_auc(path, probabilities):
    """By ranks, ties shared."""
    labels = [row["label"] == "lure" for row in read(path)]
    assert len(labels) == len(probabilities), f"{len(probabilities)} probabilities for {len(labels)} rows"
    ranked = sorted(zip(probabilities, labels))
    total, at = 0.0, 0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        total += sum(label for _, label in ranked[at:end]) * (at + 1 + end) / 2
        at = end
    lures = sum(labels)
    return (total - lures * (lures + 1) / 2) / (lures * (len(labels) - lures))


def main(program, file, work, rounds):
    work, rounds = pathlib.Path(work), int(rounds)
    os.environ["PEERS_LOG"] = str(work / "log.txt")
    pathlib.Path(os.environ["PEERS_LOG"]).write_text("")
    trained_on, learnt, held_out = prepare(file, work)
    rows = sum(1 for _ in read(file))
    lurewatch = Lurewatch(program)
    peers = [lurewatch]
    peers += [VowpalWabbit()] if shutil.which("vw") else []
    peers += [FastText()] if shutil.which("fasttext") else []
    peers.append(Scikit("hashing", "scikit-learn HashingVectorizer + SGDClassifier", work))
    peers.append(Scikit("tfidf", "scikit-learn TfidfVectorizer + LogisticRegression", work))
    peers.append(HuggingFace(work))

    auc, train_s, score_s, peak = {}, {}, {}, {}
    for at, peer in enumerate(peers):
        if hasattr(peer, "train"):
            peer.train(work / "auc-train.csv", work / f"auc-{at}")
            out = work / f"auc-{at}.out"
            peer.score(work / "auc-test.csv", work / f"auc-{at}", out)
            auc[at] = roc_auc(work / "auc-test.csv", peer.probabilities(out))
    for turn in range(rounds):
        for at, peer in enumerate(peers):
            model = work / f"speed-{at}"
            if hasattr(peer, "train"):
                train_s.setdefault(at, []).append(peer.train(work / "speed-train.csv", model)[0])
            seconds, memory = peer.score(file, None if peer is lurewatch else model, work / f"speed-{at}.out")
            score_s.setdefault(at, []).append(seconds)
            peak.setdefault(at, []).append(memory)
            print(f"peers: round {turn + 1}: {peer.name}: {rows / seconds:.0f} ads/s", file=sys.stderr)

    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    print(f"{rows:,} generated ads, {os.path.getsize(file) / rows / 1e3:.1f} KB each; {cpu}, {os.cpu_count()} cores, "
          f"{platform.system()} {platform.machine()}; {datetime.date.today()}; medians of {rounds} rounds, interleaved. "
          f"Training: {trained_on:,} of these ads. ROC-AUC: trained on {learnt:,} rows of `datasets/postings`, "
          f"measured on {held_out:,} others. Made by `benches/peers/run.sh {rows}`.\n")
    print("| program | ads/s | lurewatch is | training, s | peak memory, MB | ROC-AUC |")
    print("|---|---:|---:|---:|---:|---:|")
    ours = statistics.median(score_s[0])
    for at, peer in enumerate(peers):
        seconds = statistics.median(score_s[at])
        ratio = "" if at == 0 else f"{seconds / ours:.1f} ×"
        training = f"{statistics.median(train_s[at]):.1f}" if at in train_s else "–"
        area = f"{auc[at]:.3f}" if at in auc else "–"
        memory = statistics.median(peak[at]) / 1e6
        print(f"| {peer.name} | {rows / seconds:,.0f} | {ratio} | {training} | {memory:,.0f} | {area} |")


if __name__ == "__main__":
    action, *rest = sys.argv[1:]
    if action == "run":
        main(*rest)
    elif action == "scikit":
        pathlib.Path(rest[0]).write_text(str(scikit(*rest[1:])))
    elif action == "hf":
        pathlib.Path(rest[0]).write_text(str(hugging_face(rest[1])))
