"""Asks the teacher: `python label.py PAIRS TEACHER OUT [backwards]`. Goes on where it was stopped.

One thread: on two cores run two, the second `backwards`, which waits for nobody at every matrix.

TEACHER holds `model.onnx` and `tokenizer.json` of all-MiniLM-L6-v2. Writes OUT/pieces.npy (the teacher's vector of each
word piece alone) and OUT/NNNN.npz: word pieces (without special ones) and vectors of a few thousand pairs each.
"""

import json
import random
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

PAIRS_PER_SHARD = 4096
#: The longest text in word pieces; a card is cut shorter most of the time, as most are short.
MOST_ASKED, MOST_CARD, MOST_CARD_OFTEN = 64, 126, 72
LONG_CARDS = 0.2
CLS, SEP = 101, 102
PIECES_PER_BATCH = 3072


class Teacher:
    def __init__(self, folder: Path, threads: int = 1):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options)
        self.inputs = [put.name for put in self.session.get_inputs()]

    def embed(self, texts: list[list[int]]) -> np.ndarray:
        """Unit vectors of texts given as word pieces: mean of the token vectors, as sentence-transformers pools."""
        vectors = np.zeros((len(texts), 384), np.float32)
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        start = 0
        while start < len(order):
            size = max(1, PIECES_PER_BATCH // (len(texts[order[start]]) + 2))
            chunk = order[start : start + size]
            start += size
            length = max(len(texts[at]) for at in chunk) + 2
            ids = np.zeros((len(chunk), length), np.int64)
            mask = np.zeros_like(ids)
            for row, at in enumerate(chunk):
                text = [CLS, *texts[at], SEP]
                ids[row, : len(text)] = text
                mask[row, : len(text)] = 1
            feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            hidden = self.session.run(None, {name: feed[name] for name in self.inputs})[0]
            summed = (hidden * mask[..., None]).sum(1)
            vectors[chunk] = summed / np.linalg.norm(summed, axis=1, keepdims=True)
        return vectors


def main(pairs_file: Path, folder: Path, out: Path, backwards: bool) -> None:
    out.mkdir(parents=True, exist_ok=True)
    teacher = Teacher(folder)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    if not (out / "pieces.npy").exists():
        np.save(out / "pieces.npy", teacher.embed([[piece] for piece in range(tokenizer.get_vocab_size())]))
    pairs = [json.loads(line) for line in pairs_file.read_text().splitlines()]
    shards = list(range(0, len(pairs), PAIRS_PER_SHARD))
    for shard in reversed(shards) if backwards else shards:
        target = out / f"{shard // PAIRS_PER_SHARD:04}.npz"
        if target.exists():
            continue
        chance = random.Random(shard)
        part = pairs[shard : shard + PAIRS_PER_SHARD]
        asked = pieces(tokenizer, [pair["q"] for pair in part], lambda: MOST_ASKED)
        cards = pieces(tokenizer, [pair["d"] for pair in part], lambda: MOST_CARD if chance.random() < LONG_CARDS else MOST_CARD_OFTEN)
        vectors = teacher.embed(asked + cards).astype(np.float16)
        lengths = np.array([len(text) for text in asked + cards], np.uint16)
        flat = np.array([piece for text in asked + cards for piece in text], np.uint16)
        np.savez(target.with_suffix(".tmp.npz"), lengths=lengths, flat=flat, vectors=vectors)
        target.with_suffix(".tmp.npz").rename(target)
        print(target.name, len(flat), flush=True)


def pieces(tokenizer: Tokenizer, texts: list[str], most) -> list[list[int]]:
    return [encoded.ids[: most()] for encoded in tokenizer.encode_batch(texts, add_special_tokens=False)]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), "backwards" in sys.argv[4:])
