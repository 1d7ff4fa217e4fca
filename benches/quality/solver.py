"""Times our solver beside liblinear on one matrix, and compares the values of the objective.

    cargo bench --no-run --bench solver
    python benches/quality/solver.py PROGRAM LABELLED.csv [ROWS]      (default 18000)

PROGRAM is what cargo built. The matrix is scikit-learn's TF-IDF of words and pairs of words in at least two rows, in single precision.
Both run the same method (dual coordinate descent for logistic regression, liblinear's solver 7) at the same cost and tolerance,
in turn, three times; the times are of the processor, of the fit alone: for PROGRAM the time of a run that only reads
is taken off. Needs scikit-learn.
"""

import csv
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

import numpy
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

COSTS = (1.0, 10.0)
TOLERANCE = 0.01
ROUNDS = 3
FIELDS = ("title", "company", "location", "salary", "description", "requirements", "benefits")
csv.field_size_limit(1 << 24)


def matrix(path, rows):
    texts, is_lure = [], []
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            texts.append("\n".join(row.get(name) or "" for name in FIELDS))
            is_lure.append(row["label"] == "lure")
            if len(texts) == rows:
                break
    values = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2, dtype=numpy.float32).fit_transform(texts)
    values.sort_indices()
    return values, numpy.array(is_lure)


def write(values, is_lure, path):
    with open(path, "w", encoding="ascii") as file:
        file.write(f"{values.shape[1]}\n")
        for at, lure in enumerate(is_lure):
            span = slice(values.indptr[at], values.indptr[at + 1])
            cells = (f"{column}:{value!s}" for column, value in zip(values.indices[span], values.data[span]))
            file.write(" ".join((str(int(lure)), *cells)) + "\n")


def processor_seconds(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime, told


def objective(model, values, is_lure, cost):
    sign = numpy.where(is_lure, 1.0, -1.0)
    margin = sign * (values @ model.coef_[0] + model.intercept_[0])
    penalty = (model.coef_[0] @ model.coef_[0] + model.intercept_[0] ** 2) / 2
    return penalty + cost * numpy.logaddexp(0, -margin).sum()


def main():
    program, path = sys.argv[1:3]
    values, is_lure = matrix(path, int(sys.argv[3]) if len(sys.argv) > 3 else 18_000)
    wide = values.astype(numpy.float64)
    print(f"{values.shape[0]} rows, {values.shape[1]} columns, {values.nnz} non-zeros")
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "matrix.txt")
        write(values, is_lure, file)
        reading = statistics.median(processor_seconds([program, file])[0] for _ in range(ROUNDS))
        for cost in COSTS:
            ours, theirs = [], []
            for _ in range(ROUNDS):
                seconds, told = processor_seconds([program, file, str(cost), str(TOLERANCE)])
                ours.append(seconds - reading)
                model = LogisticRegression(C=cost, solver="liblinear", dual=True, tol=TOLERANCE, max_iter=20_000)
                begin = time.process_time()
                model.fit(wide, is_lure)
                theirs.append(time.process_time() - begin)
            value, rounds = told.split()
            beside = objective(model, wide, is_lure, cost)
            print(
                f"cost {cost:g}: ours {statistics.median(ours):.2f} s ({rounds} rounds), liblinear {statistics.median(theirs):.2f} s "
                f"({model.n_iter_[0]} rounds): {statistics.median(theirs) / statistics.median(ours):.2f} x; "
                f"objective {float(value):.4f} against {beside:.4f} ({100 * (float(value) / beside - 1):+.4f} %)"
            )


if __name__ == "__main__":
    main()
