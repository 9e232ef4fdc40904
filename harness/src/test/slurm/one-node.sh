#!/bin/bash
# Runs a study in parts on a Slurm of this machine alone, of which one is killed and one is told that
# its time is up, and holds the samples against those of one process. Some six minutes, most of them
# spent in the queue: what is put back waits there for two. Wants root, Debian's slurm-wlm, and no
# other Slurm on this machine; not part of the tests of the build.
set -euo pipefail

home=$(cd "$(dirname "$0")/../../../.." && pwd)
tiltbench=$home/tiltbench
room=$(mktemp -d)
here=$(hostname -s)
export SLURM_CONF=$room/slurm.conf

mkdir -p "$room/state" "$room/spool"
install -d -o munge -g munge /run/munge
cat >"$SLURM_CONF" <<CONF
ClusterName=one
SlurmctldHost=$here
SlurmUser=root
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
ReturnToService=2
StateSaveLocation=$room/state
SlurmdSpoolDir=$room/spool
SlurmctldPidFile=$room/slurmctld.pid
SlurmdPidFile=$room/slurmd.pid
SlurmctldLogFile=$room/slurmctld.log
SlurmdLogFile=$room/slurmd.log
NodeName=$here CPUs=$(nproc) RealMemory=4000
PartitionName=all Nodes=$here Default=YES MaxTime=INFINITE State=UP
CONF
echo "CgroupAutomount=no" >"$room/cgroup.conf"

started=()
stop() {
  for file in "${started[@]}"; do
    [ ! -e "$file" ] || kill "$(cat "$file")" || true
  done
}
trap stop EXIT
if [ ! -e /run/munge/munged.pid ]; then
  runuser -u munge -- munged
  started+=(/run/munge/munged.pid)
fi
slurmctld -f "$SLURM_CONF"
slurmd -f "$SLURM_CONF" -N "$here"
started+=("$room/slurmd.pid" "$room/slurmctld.pid")

fail() {
  echo "FAILED: $1; everything is in $room" >&2
  exit 1
}

# Waits until a command succeeds.
await() {
  local limit=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $limit ] || fail "waited in vain for: $*"
    sleep 1
  done
}

cat >"$room/parts.yaml" <<STUDY
study: parts
seed: 3
repetitions: 64
count: 4
models:
  m: {kind: gaussian, mean: [0], variance: [1], process: {kind: ddim, steps: 20, eta: 1}}
verifiers: {r: {kind: linear, coefficients: [1.0]}}
beta: 1
algorithms: [best-of-n, smc]
budgets: {unit: nfe, per: sample, at: [100000]}
STUDY
cd "$room"
"$tiltbench" slurm parts.yaml --array 3 --mem 1G --time 60
submitted=$(bash slurm/parts/submit.sh | tail -n 1)
echo "$submitted"
job=$(sed -n 's/^parts are job \([0-9]*\),.*/\1/p' <<<"$submitted")
[ -n "$job" ] || fail "nothing was submitted"

begun() { compgen -G "results/parts/cells/*/trials-*.jsonl" && pgrep -f "$room.*--shard $1/3"; }
await 120 begun 0
pid=$(pgrep -f "java.*$room.*--shard 0/3")
kill -9 "$pid" && echo "part 0 was killed"
await 120 begun 1
scancel --signal=USR1 --batch "${job}_1" && echo "part 1 was told that its time is up"

ended() { [ -z "$(squeue -h)" ]; }
await 900 ended
grep -q "trials finished" slurm/parts/logs/parts-report-*.log || fail "there is no report"
[ -e results/parts/report.html ] || fail "there is no page"
[ "$(grep -c "every finished trial is stored" slurm/parts/logs/parts-"${job}"_1.log)" = 1 ] ||
  fail "part 1 did not end in order"

"$tiltbench" run parts.yaml --out whole --no-report
"$tiltbench" export results/parts --samples parts.csv
"$tiltbench" export whole --samples whole.csv
cmp parts.csv whole.csv || fail "the samples differ"
echo "the same samples in parts as in one process"
stop
trap - EXIT
cd /
rm -rf "$room"
