"""Writes liblinear.csv, the decision values that tests/it/solver.rs holds the solver to.

    python tests/it/reference/liblinear.py > tests/it/reference/liblinear.csv

Needs scikit-learn; the first line of the CSV names the version that was used. Solver 7 of liblinear is asked for
(dual=True) with the bias as a column of ones (intercept_scaling=1). Values are multiples of 1/64, so that they are the same
in 32 and in 64 bits. The problem is lopsided: few lures, heavy and light rows, a row without entries, twins with opposite
labels, columns that nobody has.
"""

import warnings

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression

ROWS, COLUMNS, LURES = 54, 40, 13
COSTS = (0.01, 1.0, 30.0)
WEIGHTS = (0.05, 0.5, 1.0, 4.0)


def problem():
    rng = np.random.default_rng(20_261_125)
    is_lure = np.repeat([1, 0], [LURES, ROWS - LURES])
    rng.shuffle(is_lure)
    rows = np.zeros((ROWS, COLUMNS))
    for at in range(ROWS):
        shift = 3 * is_lure[at]
        columns = np.unique(np.minimum(rng.geometric(0.08, size=7) - 1 + shift, COLUMNS - 4))
        rows[at, columns] = rng.integers(8, 97, size=len(columns)) / 64
    rows[5] = 0
    rows[9], is_lure[9], is_lure[8] = rows[8], 1, 0
    weights = rng.choice(WEIGHTS, size=ROWS)
    return rows, is_lure, weights


def decisions(rows, is_lure, weights, cost):
    fitted = LogisticRegression(
        solver="liblinear", dual=True, intercept_scaling=1, C=cost, tol=1e-10, max_iter=1_000_000, random_state=0
    ).fit(rows, is_lure, sample_weight=weights)
    assert fitted.n_iter_[0] < 1_000_000
    decision = fitted.decision_function(rows)
    gradient = fitted.coef_[0] + cost * rows.T @ (weights * (1 / (1 + np.exp(-decision)) - is_lure))
    assert np.abs(gradient).max() < 1e-6, gradient
    return decision


def main():
    warnings.simplefilter("error", sklearn.exceptions.ConvergenceWarning)
    rows, is_lure, weights = problem()
    print(f"# scikit-learn {sklearn.__version__}, numpy {np.__version__}; made by liblinear.py; entries are column:value")
    asked = [(name, w, cost) for name, w in (("weighted", weights), ("plain", np.ones(ROWS))) for cost in COSTS]
    print(",".join(["entries", "is_lure", "weight", *(f"{name} {cost:g}" for name, _, cost in asked)]))
    columns = [decisions(rows, is_lure, w, cost) for _, w, cost in asked]
    for at in range(ROWS):
        entries = " ".join(f"{column}:{rows[at, column]:.10g}" for column in np.flatnonzero(rows[at]))
        cells = [entries, str(is_lure[at]), f"{weights[at]:g}", *(f"{column[at]:.10g}" for column in columns)]
        print(",".join(cells))


if __name__ == "__main__":
    main()
