"""The model's vectors, computed a second time: `python reference.py [TEXTS_FILE]`.

Reads node/model (model.bin, vocab.txt) and computes in double precision with numpy and the library `tokenizers`, sharing
no code with the peer. Without an argument it writes the fixture that the peer's vectors are tested with (run
`npm run format` afterwards); with one it prints a vector for each line of the file, as JSON.
"""

import json
import struct
import sys
from pathlib import Path

import numpy as np
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers

ROOT = Path(__file__).parent.parent
MODEL = ROOT / "node/model"
FIXTURE = ROOT / "test/node/embedders/neural/fixtures/reference.json"
EPSILON = 1e-5
DECIMALS = 7
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

TEXTS = [
    "sort a list",
    "What's the weather like in Zürich tomorrow afternoon?",
    "convert 72 degrees Fahrenheit to Celsius",
    "getUserByID(user_id: string): Promise<User | null>",
    "ec2.describe_instances Describes the specified instances or all instances. instance_ids, filters, max_results, next_token",
    "I need to find out how many words there are in a PDF and then send the number to my manager by e-mail",
    "a",
    "🚀",
    "multiply matrices 行列の積 умножение матриц",
    "Computes the greatest common divisor of two integers with Euclid's algorithm. " * 3,
    "parse a CSV file with a header, quoted fields and another separator than a comma into a list of records " * 12,
]


class Model:
    def __init__(self, folder: Path = MODEL):
        data = (folder / "model.bin").read_bytes()
        assert data[:4] == b"ACEM"
        (length,) = struct.unpack("<I", data[4:8])
        self.header = json.loads(data[8 : 8 + length])
        self.payload = data[8 + length :]
        self.tensors = {tensor["name"]: self.read(tensor) for tensor in self.header["tensors"]}
        pieces = (folder / "vocab.txt").read_text(encoding="utf8").split("\n")
        self.tokenizer = tokenizer({piece: at for at, piece in enumerate(pieces) if piece}, self.header["positions"])

    def read(self, tensor: dict) -> np.ndarray:
        shape = tensor["shape"]
        kind, count = ("<f4" if tensor["type"] == "f32" else "i1"), int(np.prod(shape))
        values = np.frombuffer(self.payload, kind, count, tensor["offset"]).astype(np.float64).reshape(shape)
        if "scales" not in tensor:
            return values
        scales = np.frombuffer(self.payload, "<f4", shape[0], tensor["scales"]["offset"])
        return values * scales[:, None].astype(np.float64)

    def embed(self, text: str) -> np.ndarray:
        ids = self.tokenizer.encode(text, add_special_tokens=False).ids
        if not ids:
            return np.zeros(self.header["dimensions"])
        x = self.tensors["embedding"][ids] + self.tensors["positions"][: len(ids)]
        for layer in range(self.header["layers"]):
            x = self.block(x, f"layer.{layer}.")
        h = self.normalise(x, "final")
        weights = softmax(self.tensors["piece_weights"][ids] + h @ self.tensors["pool.weight"])
        vector = self.linear(weights @ h, "project")
        return vector / np.linalg.norm(vector)

    def block(self, x: np.ndarray, name: str) -> np.ndarray:
        q, k, v = np.split(self.linear(self.normalise(x, f"{name}ln1"), f"{name}qkv"), 3, axis=1)
        heads = []
        for head in np.split(np.arange(x.shape[1]), self.header["heads"]):
            weights = softmax(q[:, head] @ k[:, head].T / np.sqrt(len(head)))
            heads.append(weights @ v[:, head])
        x = x + self.linear(np.concatenate(heads, axis=1), f"{name}out")
        wide = np.maximum(self.linear(self.normalise(x, f"{name}ln2"), f"{name}ff1"), 0) ** 2
        return x + self.linear(wide, f"{name}ff2")

    def normalise(self, x: np.ndarray, name: str) -> np.ndarray:
        apart = x - x.mean(axis=1, keepdims=True)
        apart /= np.sqrt((apart**2).mean(axis=1, keepdims=True) + EPSILON)
        return apart * self.tensors[f"{name}.weight"] + self.tensors[f"{name}.bias"]

    def linear(self, x: np.ndarray, name: str) -> np.ndarray:
        return x @ self.tensors[f"{name}.weight"].T + self.tensors[f"{name}.bias"]


def softmax(x: np.ndarray) -> np.ndarray:
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def tokenizer(vocabulary: dict[str, int], positions: int) -> Tokenizer:
    made = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in SPECIAL])
    made.enable_truncation(positions)
    return made


def rounded(vector: np.ndarray) -> list[float]:
    return [round(float(value), DECIMALS) for value in vector]


def main(arguments: list[str]) -> None:
    model = Model()
    if arguments:
        for line in Path(arguments[0]).read_text(encoding="utf8").splitlines():
            print(json.dumps(rounded(model.embed(line))))
        return
    FIXTURE.parent.mkdir(parents=True, exist_ok=True)
    cases = [{"text": text, "vector": rounded(model.embed(text))} for text in TEXTS]
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    FIXTURE.write_text(f'{{"id":{json.dumps(model.header["id"])},"cases":[\n{lines}\n]}}\n')


if __name__ == "__main__":
    main(sys.argv[1:])
