"""The student: what node/src/embedders/neural computes, in torch."""

import torch
from torch import nn
from torch.nn import functional

VOCABULARY, DIMENSIONS, HEADS, FEED_FORWARD, LAYERS, POSITIONS = 30522, 256, 4, 512, 3, 128


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln1 = nn.LayerNorm(DIMENSIONS)
        self.qkv = nn.Linear(DIMENSIONS, 3 * DIMENSIONS)
        self.out = nn.Linear(DIMENSIONS, DIMENSIONS)
        self.ln2 = nn.LayerNorm(DIMENSIONS)
        self.ff1 = nn.Linear(DIMENSIONS, FEED_FORWARD)
        self.ff2 = nn.Linear(FEED_FORWARD, DIMENSIONS)
        for last in (self.out, self.ff2):
            nn.init.normal_(last.weight, std=0.02 / (2 * LAYERS) ** 0.5)
            nn.init.zeros_(last.bias)

    def forward(self, x, bias):
        batch, length, _ = x.shape
        q, k, v = self.qkv(self.ln1(x)).view(batch, length, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        weights = torch.softmax(q @ k.transpose(-1, -2) * (DIMENSIONS // HEADS) ** -0.5 + bias, dim=-1)
        x = x + self.out((weights @ v).transpose(1, 2).reshape(batch, length, DIMENSIONS))
        return x + self.ff2(functional.relu(self.ff1(self.ln2(x))).square())


class Student(nn.Module):
    """Word pieces → unit vectors. Three pre-norm blocks, squared ReLU (So et al. 2021), pooling by learned weights."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, DIMENSIONS)
        self.positions = nn.Parameter(torch.zeros(POSITIONS, DIMENSIONS))
        self.layers = nn.ModuleList(Block() for _ in range(LAYERS))
        self.final = nn.LayerNorm(DIMENSIONS)
        self.piece_weights = nn.Parameter(torch.zeros(VOCABULARY))
        self.pool = nn.Parameter(torch.zeros(DIMENSIONS))
        self.project = nn.Linear(DIMENSIONS, DIMENSIONS)

    def forward(self, ids, mask):
        return self.vectors(self.embedding(ids), self.piece_weights[ids], mask)

    def several(self, groups):
        """As forward for each group of texts; the table, which is nine tenths of all weights, gets its gradient once."""
        flat = torch.cat([ids.reshape(-1) for ids, _ in groups])
        sizes = [ids.numel() for ids, _ in groups]
        parts = zip(groups, self.embedding(flat).split(sizes), self.piece_weights[flat].split(sizes))
        return torch.cat([self.vectors(x.view(*mask.shape, DIMENSIONS), w.view(mask.shape), mask) for (_, mask), x, w in parts])

    def vectors(self, pieces, piece_weights, mask):
        bias = torch.zeros(mask.shape, dtype=torch.float32).masked_fill(~mask, -1e9)
        x = pieces + self.positions[: mask.shape[1]]
        for layer in self.layers:
            x = layer(x, bias[:, None, None, :])
        h = self.final(x)
        weights = torch.softmax(piece_weights + h @ self.pool + bias, dim=-1)
        return functional.normalize(self.project((weights.unsqueeze(1) @ h).squeeze(1)), dim=-1)
