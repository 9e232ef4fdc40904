"""A Stable Diffusion pipeline of diffusers as denoiser: the study runs the chain and the guidance.

In a study, with the folder of the pipeline beside this file:

    kind: process
    program:
      command: [python3, diffusers_denoiser.py, stable-diffusion-v1-5]
      files: [diffusers_denoiser.py, tiltbench_worker.py, stable-diffusion-v1-5]
      version: 1
    item: [4, 64, 64]
    gradient: true
    guidance: 7.5
    process: {kind: ddim, steps: 50, eta: 1.0, scheduler: stable-diffusion-v1-5/scheduler/scheduler_config.json}

Raise the version when a library changes what it computes. On one GPU, run with --workers 1.
"""

import sys

import tiltbench_worker
import torch
from diffusers import DiffusionPipeline

device = "cuda" if torch.cuda.is_available() else "cpu"
precision = torch.float16 if device == "cuda" else torch.float32
pipeline = DiffusionPipeline.from_pretrained(sys.argv[1], torch_dtype=precision).to(device)
unet = pipeline.unet
embeddings = {}


def embedding(condition):
    """What the text encoder makes of a prompt; '-' is no prompt."""
    if condition not in embeddings:
        tokens = pipeline.tokenizer(
            "" if condition == "-" else condition,
            padding="max_length",
            max_length=pipeline.tokenizer.model_max_length,
            truncation=True,
            return_tensors="pt",
        ).input_ids
        with torch.no_grad():
            embeddings[condition] = pipeline.text_encoder(tokens.to(device))[0]
    return embeddings[condition]


def network(x, time, context):
    return unet(x.to(precision), time, encoder_hidden_states=context).sample.float()


def arguments(x, time, conditions):
    context = torch.cat([embedding(condition) for condition in conditions])
    return x.torch(device), time.torch(device), context


def denoise(x, time, alpha_bar, conditions):
    with torch.no_grad():
        return network(*arguments(x, time, conditions))


def vjp(x, time, alpha_bar, conditions, cotangent):
    differentiated = tiltbench_worker.autograd(network)
    return differentiated(*arguments(x, time, conditions), cotangent=cotangent.torch(device))


trained = ["beta_schedule", "beta_start", "beta_end", "num_train_timesteps", "prediction_type"]
scheduler = {key: pipeline.scheduler.config[key] for key in trained}
denoiser = {
    "item": [unet.config.in_channels, unet.config.sample_size, unet.config.sample_size],
    "prediction_type": scheduler["prediction_type"],
    "scheduler": scheduler,
    "denoise": denoise,
    "vjp": vjp,
    "batched": True,
    "rows": 16,
}
tiltbench_worker.serve("diffusers", "1", denoiser=denoiser)
