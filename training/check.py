"""How far the exported model is from the trained one: `python check.py STUDENT.pt TOKENIZER.json REFERENCE.json`.

REFERENCE.json holds vectors of the exported, rounded weights (reference.py); here torch computes the same texts from the
weights as they were trained. Prints the least cosine and the largest difference.
"""

import json
import sys

import numpy as np
import torch
from model import POSITIONS, Student
from tokenizers import Tokenizer

student = Student()
student.load_state_dict(torch.load(sys.argv[1], map_location="cpu"))
student.eval()
tokenizer = Tokenizer.from_file(sys.argv[2])
tokenizer.no_padding()
tokenizer.no_truncation()
cosines, differences = [], []
for case in json.load(open(sys.argv[3]))["cases"]:
    ids = tokenizer.encode(case["text"], add_special_tokens=False).ids[:POSITIONS]
    if not ids:
        continue
    with torch.no_grad():
        vector = student(torch.tensor([ids]), torch.ones(1, len(ids), dtype=torch.bool))[0].numpy()
    cosines.append(float(vector @ np.array(case["vector"])))
    differences.append(float(np.abs(vector - case["vector"]).max()))
print(f"{len(cosines)} texts: least cosine {min(cosines):.5f}, largest difference {max(differences):.5f}")
