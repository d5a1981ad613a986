"""Trains the student: `python train.py LABELS OUT --minutes 70`. Saves OUT/student.pt and OUT/basis.npy as it goes.

Loss: cosine to the teacher's vector (on its first 256 principal components) for the request and for the card; the
teacher's similarity distribution within the batch, both ways; a little of the pairs themselves. The learning rate falls
with the clock, so the end is a real end however quick the machine is. New shards of labels are taken in as they appear.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from model import DIMENSIONS, Student
from torch.nn import functional

BATCH = 256
#: Batches are cut from this many pairs sorted by length, so that little is padding.
SORTED = 16 * BATCH
GROUP = 64
TEMPERATURE = 0.05
DISTRIBUTION_WEIGHT, PAIR_WEIGHT = 1.0, 0.1
COSINE_WEIGHT = 2.0
RATE, WARM_UP_STEPS, LEAST_RATE = 1.2e-3, 150, 0.02
REPORT_STEPS = 20


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("labels", type=Path)
    options.add_argument("out", type=Path)
    options.add_argument("--minutes", type=float, default=70)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--start", type=Path, help="a student.pt to go on from")
    options.add_argument("--rate", type=float, default=RATE)
    given = options.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(given.seed)
    torch.set_num_threads(given.threads)
    chance = np.random.default_rng(given.seed)

    data = Labels(given.labels)
    basis = data.basis(given.out / "basis.npy")
    student = Student()
    initialise(student, np.load(given.labels / "pieces.npy"), basis)
    if given.start:
        student.load_state_dict(torch.load(given.start))
    decayed = [p for name, p in student.named_parameters() if p.dim() > 1 and "embedding" not in name]
    others = [p for name, p in student.named_parameters() if not (p.dim() > 1 and "embedding" not in name)]
    optimiser = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}], lr=given.rate, betas=(0.9, 0.98), fused=True)

    began, step, sums, pieces = time.time(), 0, np.zeros(5), 0
    while (spent := (time.time() - began) / 60 / given.minutes) < 1:
        for batch in data.batches(chance):
            spent = (time.time() - began) / 60 / given.minutes
            if spent >= 1:
                break
            rate = given.rate * min(1, (step + 1) / WARM_UP_STEPS) * (LEAST_RATE + (1 - LEAST_RATE) * 0.5 * (1 + np.cos(np.pi * spent)))
            for group in optimiser.param_groups:
                group["lr"] = rate
            loss, parts = loss_of(student, batch, basis)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(student.parameters(), 1.0)
            optimiser.step()
            step += 1
            sums += [loss.item(), *parts]
            pieces += sum(int(mask.sum()) for name in ("asked", "card") for _, mask in batch[name][0])
            if step % REPORT_STEPS == 0:
                mean = sums / REPORT_STEPS
                print(f"step {step} {100 * spent:.1f}% loss {mean[0]:.4f} cosine asked {mean[1]:.4f} card {mean[2]:.4f} distribution {mean[3]:.4f} pairs {mean[4]:.4f} rate {rate:.5f} {pieces / (time.time() - began):.0f}/s", flush=True)
                sums[:] = 0
            if step % (5 * REPORT_STEPS) == 0:
                torch.save(student.state_dict(), given.out / "student.pt")
    torch.save(student.state_dict(), given.out / "student.pt")


def loss_of(student: Student, batch: dict, basis: torch.Tensor):
    (groups_asked, back_asked), (groups_card, back_card) = batch["asked"], batch["card"]
    both = student.several([*groups_asked, *groups_card])
    asked, card = both[: len(back_asked)][back_asked], both[len(back_asked) :][back_card]
    teacher_asked, teacher_card = (functional.normalize(batch[name].float() @ basis, dim=-1) for name in ("asked_vectors", "card_vectors"))
    near_asked, near_card = (asked * teacher_asked).sum(-1).mean(), (card * teacher_card).sum(-1).mean()
    scores = asked @ card.T / TEMPERATURE
    wanted = teacher_asked @ teacher_card.T / TEMPERATURE
    distribution = 0.5 * (divergence(scores, wanted) + divergence(scores.T, wanted.T))
    own = torch.arange(len(scores))
    pairs = functional.cross_entropy(scores, own)
    loss = COSINE_WEIGHT * (2 - near_asked - near_card) + DISTRIBUTION_WEIGHT * distribution + PAIR_WEIGHT * pairs
    return loss, (near_asked.item(), near_card.item(), distribution.item(), pairs.item())


def divergence(scores, wanted):
    return functional.kl_div(functional.log_softmax(scores, dim=-1), functional.softmax(wanted, dim=-1), reduction="batchmean")


def initialise(student: Student, pieces: np.ndarray, basis: torch.Tensor) -> None:
    """Each piece begins as the teacher's vector of it alone, less what all have in common."""
    start = torch.from_numpy(pieces - pieces.mean(0)) @ basis
    with torch.no_grad():
        student.embedding.weight.copy_(start / start.norm(dim=-1).mean() * DIMENSIONS**0.5 * 0.5)
        student.project.weight.copy_(torch.eye(DIMENSIONS))


class Labels:
    """The shards of label.py; reads those that are there, and new ones at each epoch."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.files: set[Path] = set()
        self.asked, self.cards, self.vectors_asked, self.vectors_card = [], [], [], []

    def read(self) -> None:
        for file in sorted(set(self.folder.glob("[0-9]*.npz")) - self.files):
            if ".tmp" in file.name:
                continue
            self.files.add(file)
            shard = np.load(file)
            ends = np.cumsum(shard["lengths"].astype(np.int64))
            texts = [text.astype(np.int64) for text in np.split(shard["flat"], ends[:-1])]
            half = len(texts) // 2
            keep = [at for at in range(half) if len(texts[at]) and len(texts[half + at])]
            self.asked += [texts[at] for at in keep]
            self.cards += [texts[half + at] for at in keep]
            self.vectors_asked.append(torch.from_numpy(shard["vectors"][keep]))
            self.vectors_card.append(torch.from_numpy(shard["vectors"][[half + at for at in keep]]))

    def basis(self, file: Path) -> torch.Tensor:
        """384 × 256: the directions in which the teacher's vectors differ most (not centred: cosines stay what they are)."""
        self.read()
        if not file.exists():
            sample = torch.cat([*self.vectors_asked, *self.vectors_card])[:100000].float().numpy()
            _, directions = np.linalg.eigh(sample.T @ sample)
            np.save(file, directions[:, ::-1][:, :DIMENSIONS].astype(np.float32).copy())
        return torch.from_numpy(np.load(file))

    def batches(self, chance):
        """An epoch; within a batch the cards are of about one length."""
        self.read()
        vectors_asked, vectors_card = torch.cat(self.vectors_asked), torch.cat(self.vectors_card)
        order = chance.permutation(len(self.cards))
        for start in range(0, len(order), SORTED):
            part = sorted(order[start : start + SORTED], key=lambda at: len(self.cards[at]))
            chunks = [part[at : at + BATCH] for at in range(0, len(part) - BATCH + 1, BATCH)]
            for chunk in chance.permutation(len(chunks)):
                rows = chunks[chunk]
                yield {"asked": by_length([self.asked[at] for at in rows]), "card": by_length([self.cards[at] for at in rows]), "asked_vectors": vectors_asked[rows], "card_vectors": vectors_card[rows]}


def by_length(texts: list[np.ndarray]):
    """Texts in groups of about one length, so that little is padding, and the order that undoes it."""
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    groups = [padded([texts[at] for at in order[start : start + GROUP]]) for start in range(0, len(order), GROUP)]
    return groups, torch.from_numpy(np.argsort(order))


def padded(texts: list[np.ndarray]):
    ids = torch.zeros(len(texts), max(map(len, texts)), dtype=torch.long)
    mask = torch.zeros_like(ids, dtype=torch.bool)
    for row, text in enumerate(texts):
        ids[row, : len(text)] = torch.from_numpy(text)
        mask[row, : len(text)] = True
    return ids, mask


if __name__ == "__main__":
    main()
