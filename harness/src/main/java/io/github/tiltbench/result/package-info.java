/**
 * Trial records and the append-only store they live in.
 *
 * <pre>
 * results/STUDY/
 *   study.yaml  plan.json  provenance.jsonl
 *   cells/KEY12/cell.json  trials-WRITER.jsonl  failures-WRITER.jsonl  samples/PROMPT-REPETITION.npy
 * </pre>
 *
 * <p>A trial is done when its line is there; there is no other state. Each writing process appends
 * to files of its own and flushes each group of lines to the disk before it counts any of them, so
 * processes never wait for each other and a crash costs the groups not yet flushed. A line ends
 * with a checksum of its bytes: a line cut short at the end of a file is dropped, a damaged line
 * elsewhere is reported and its trial run again, and no other line is lost. Readers take the union
 * of all files by trial.
 *
 * <p>A right checksum does not make a line true: plans, cells, trials and provenance are bound to
 * records as strictly as studies are, and what no run can have written is damage at its line and
 * column. The definition of a cell must have the digest that names its folder.
 */
package io.github.tiltbench.result;
