"""Votes of models: against references that are written from the equations of the papers.

Each reference takes the stream as chunks, trains its own models, and yields after each chunk the
weights of the members and how many rows of the next chunk the vote gets wrong.
"""

from itertools import pairwise

import numpy as np
import pytest
from sklearn.naive_bayes import GaussianNB
from streams import run, turning

from retrainlab.strategies.ensembles import AccuracyWeighted, ErrorWeighted, WeightedMajority
from retrainlab.strategies.when import Every

ROWS, WARMUP, CLASSES = 24, 4, 3
STREAM = turning(sizes=(ROWS,) * 40, turns=(12, 24, 30), classes=CLASSES)


class Nearest:
    """Says the class whose mean is nearest; learns rows one by one or all at once alike."""

    def fit(self, x, y):
        self.sums, self.counts = np.zeros((CLASSES, x.shape[1])), np.zeros(CLASSES)
        return self.partial_fit(x, y)

    def partial_fit(self, x, y):
        np.add.at(self.sums, y, x)
        np.add.at(self.counts, y, 1)
        return self

    def predict(self, x):
        with np.errstate(invalid="ignore", divide="ignore"):
            means = self.sums / self.counts[:, None]
        far = ((x[:, None, :] - means) ** 2).sum(axis=2)
        return np.where(np.isnan(far), np.inf, far).argmin(axis=1)


def chunks():
    """The warm-up, and each later tick: rows and labels."""
    cuts = np.cumsum([WARMUP * ROWS, *[ROWS] * (39 - WARMUP)])
    return list(zip(np.split(STREAM.x, cuts), np.split(STREAM.y, cuts), strict=True))


def majority(members, weights, x):
    """The class with the most weight, of models that each name one."""
    return np.argmax(shares(members, weights, x), axis=1)


def shares(members, weights, x):
    """(n, classes) weight of the models that name each class."""
    return sum(w * np.eye(CLASSES)[h.predict(x)] for w, h in zip(weights, members, strict=True))


def aue2(keep, is_updated):
    """Brzezinski and Stefanowski 2014, algorithm 1, with equations 4 to 6; probabilities vote."""
    (x, y), *rest = chunks()
    members = [GaussianNB().fit(x, y)]
    for (x, y), (later, truth) in pairwise(rest):
        share = np.array([np.mean(y == c) for c in range(CLASSES)])
        mse_r = sum(p * (1 - p) ** 2 for p in share)
        mse = [np.mean((1 - h.predict_proba(x)[np.arange(len(y)), y]) ** 2) for h in members]
        weights = [1 / (error + mse_r) for error in mse]
        if len(members) == keep:
            least = int(np.argmin(weights))
            del members[least], weights[least]
        if is_updated:
            for h in members:
                h.partial_fit(x, y)
        members, weights = [*members, GaussianNB().fit(x, y)], [*weights, 1 / mse_r]
        vote = sum(w * h.predict_proba(later) for w, h in zip(weights, members, strict=True))
        yield weights, int((vote.argmax(axis=1) != truth).sum())


def dwm(beta, theta, period):
    """Kolter and Maloof 2007, figure 1, row by row; what is served changes with each chunk."""
    (x, y), *rest = chunks()
    experts, weights = [Nearest().fit(x, y)], [1.0]
    for (x, y), (later, truth) in pairwise(rest):
        for i in range(len(y)):
            row, label = x[i : i + 1], y[i]
            votes = np.zeros(CLASSES)
            for j in range(len(experts)):
                said = int(experts[j].predict(row)[0])
                if said != label and i % period == 0:
                    weights[j] *= beta
                votes[said] += weights[j]
            if i % period == 0:
                weights = [w / max(weights) for w in weights]
                kept = [j for j in range(len(weights)) if weights[j] >= theta]
                experts, weights = [experts[j] for j in kept], [weights[j] for j in kept]
                if votes.argmax() != label:
                    fresh = Nearest().fit(np.empty((0, x.shape[1])), np.empty(0, dtype=int))
                    experts, weights = [*experts, fresh], [*weights, 1.0]
            for expert in experts:
                expert.partial_fit(row, y[i : i + 1])
        yield [*weights], int((majority(experts, weights, later) != truth).sum())


def nse(slope, crossing, new):
    """Elwell and Polikar 2011, figure 1, but for a classifier's error on its own chunk: `new`."""
    (x, y), *rest = chunks()
    members, betas, weights = [Nearest().fit(x, y)], [[new / (1 - new)]], [1.0]
    for (x, y), (later, truth) in pairwise(rest):
        is_wrong = majority(members, weights, x) != y
        penalty = np.where(is_wrong, 1.0, is_wrong.mean()) + 1e-10
        d = penalty / penalty.sum()
        for k in range(len(members)):
            error = min(float(d @ (members[k].predict(x) != y)), 0.5)
            betas[k].append(error / (1 - error))
        members, betas = [*members, Nearest().fit(x, y)], [*betas, [new / (1 - new)]]
        weights = []
        for beta in betas:
            age = np.arange(len(beta))
            omega = 1 / (1 + np.exp(-slope * (age - crossing)))
            weights.append(float(np.log(1 / (omega / omega.sum() @ beta))))
        yield weights, int((majority(members, weights, later) != truth).sum())


CASES = [
    (GaussianNB(), AccuracyWeighted(4), aue2(4, False)),
    (GaussianNB(), AccuracyWeighted(4, updates=True), aue2(4, True)),
    (Nearest(), WeightedMajority(100, ROWS, 0.5, 0.05), dwm(0.5, 0.05, ROWS)),
    (Nearest(), ErrorWeighted(100, 0.5, 10.0, 0.05), nse(0.5, 10.0, 0.05)),
    (Nearest(), ErrorWeighted(100, 2.0, 2.0, 0.2), nse(2.0, 2.0, 0.2)),
]


@pytest.mark.parametrize(("estimator", "what", "reference"), CASES)
def test_a_vote_has_the_weights_of_its_paper_and_gets_the_same_rows_wrong(
    estimator, what, reference
):
    ledger = run(STREAM, estimator, Every(1), what, warmup=WARMUP)
    wrong = ledger.ticks["loss"].to_numpy()[1:]
    expected = list(reference)
    blends = [training.made_by for training in ledger.trainings[1:]]
    assert len(expected) == len(wrong) > 30
    for t in range(len(expected)):
        weights, errors = expected[t]
        assert blends[t].weights == pytest.approx(weights, rel=1e-6), f"chunk {t}"
        assert wrong[t] == errors, f"chunk {t}"


def test_members_that_are_wrong_at_hundreds_of_rows_keep_a_weight():
    """.01 to the power of 300 is less than a double can be."""
    stream = turning(sizes=(400,) * 8, turns=(5,))
    vote = WeightedMajority(10, 1, beta=0.01, least=1e-9)
    ledger = run(stream, GaussianNB(), Every(1), vote, warmup=WARMUP)
    assert [max(training.made_by.weights) for training in ledger.trainings[1:]] == [1.0] * 4
