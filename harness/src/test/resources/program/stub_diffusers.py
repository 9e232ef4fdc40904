"""A pipeline whose noise is half of the state and as many as the prompt has letters."""

import json
import os

import torch


class Config(dict):
    __getattr__ = dict.__getitem__


class Result:
    def __init__(self, **parts):
        self.__dict__.update(parts)


class Unet:
    config = Config(in_channels=1, sample_size=2)

    def __call__(self, x, time, encoder_hidden_states):
        width = len(x.values) // x.shape[0]
        letters = encoder_hidden_states.values
        values = [value / 2 + letters[i // width] for i, value in enumerate(x.values)]
        sample = torch.Array(values, x.shape)
        sample.slope = 0.5
        return Result(sample=sample)


class Tokenizer:
    model_max_length = 77

    def __call__(self, text, padding, max_length, truncation, return_tensors):
        return Result(input_ids=torch.Array([len(text)], [1]))


class DiffusionPipeline:
    @staticmethod
    def from_pretrained(folder, torch_dtype):
        pipeline = DiffusionPipeline()
        with open(os.path.join(folder, "scheduler_config.json")) as file:
            pipeline.scheduler = Result(config=json.load(file))
        pipeline.unet = Unet()
        pipeline.tokenizer = Tokenizer()
        pipeline.text_encoder = lambda tokens: [tokens]
        return pipeline

    def to(self, device):
        return self
