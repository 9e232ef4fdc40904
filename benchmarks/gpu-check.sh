#!/usr/bin/env bash
# Checks a machine with a GPU, in under 8 minutes once everything is built, and prints one table:
# the tests tagged gpu, a small study, and forwards of a U-Net of Stable Diffusion's size by rows.
#
#   benchmarks/gpu-check.sh                              # all on the first GPU
#   benchmarks/gpu-check.sh --device gpu:1
#   benchmarks/gpu-check.sh --device cpu --small         # every line of it, on any machine
#
# The table goes to standard output, all else to standard error and DIR (--out, by default
# results/gpu-check). Exit code 1 if a test or a trial failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

device=gpu:0
unet=sd15
part=(--cohort 8 --limit 16)
out=results/gpu-check
while [ $# -gt 0 ]; do
  case $1 in
    --device) device=$2; shift 2 ;;
    --out) out=$2; shift 2 ;;
    --small) unet=tiny part=(--cohort 1 --limit 1 --only smc --budget 80); shift ;;
    *) echo "gpu-check: has no option '$1'" >&2; exit 2 ;;
  esac
done
case $device in
  cpu) build=() ;;
  *)
    export TILTBENCH_PROFILE=${TILTBENCH_PROFILE:-gpu}
    build=()
    [ "$TILTBENCH_PROFILE" != gpu ] || build=(-Dgpu)
    ;;
esac
export NVIDIA_TF32_OVERRIDE=${NVIDIA_TF32_OVERRIDE:-0} # as the launcher has it
failed=0
mkdir -p "$out"

echo "building" >&2
./tiltbench doctor --device "$device" | tee "$out/doctor.txt" >&2
./tiltbench bench --list Denoiser > "$out/build.log"
mvn -B -q -Dlauncher "${build[@]}" -pl harness -am test-compile >> "$out/build.log"

echo "tests" >&2
start=$SECONDS
reports=harness/target/launcher/surefire-reports
rm -rf "$reports"
mvn -B -q -Dlauncher "${build[@]}" -P gpu-tests -pl harness -am -Dtiltbench.test.device="$device" \
  surefire:test > "$out/tests.log" 2>&1 || failed=1
test_seconds=$((SECONDS - start))
count() { # of an attribute of the reports of all classes
  cat "$reports"/TEST-*.xml | grep -o "<testsuite [^>]*" \
    | sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" | awk '{ all += $1 } END { print all + 0 }'
}
run=$(count tests)
wrong=$(($(count failures) + $(count errors)))
skipped=$(count skipped)

echo "study" >&2
rm -rf "$out/study"
start=$SECONDS
./tiltbench run benchmarks/studies/quickstart.yaml --device "$device" "${part[@]}" \
  --out "$out/study" --no-report 2> >(tee "$out/study.log" >&2) || failed=1
study_seconds=$((SECONDS - start))
trials=$(sed -n 's/^\([0-9,]*\) trials to run.*/\1/p' "$out/study.log")
nfe=$(sed -n 's/.* trials to run, \([0-9,]*\) NFE$/\1/p' "$out/study.log" | tr -d ,)
failures=$({ cat "$out"/study/cells/*/failures-*.jsonl 2>/dev/null || true; } | wc -l)

echo "U-Net" >&2
./tiltbench bench --unet "$unet" --device "$device" > "$out/unet.txt" || failed=1

cat <<TABLE | tee "$out/table.md"
| what | result |
| --- | --- |
| device | $(sed -n 's/^device *//p' "$out/doctor.txt") |
| tests tagged gpu | $run run, $wrong failed, $skipped skipped, ${test_seconds} s |
| quickstart, a part | $trials trials, $failures failed, $nfe NFE in ${study_seconds} s, $((nfe / (study_seconds + (study_seconds == 0)))) NFE/s with the start |
| all | $([ $failed = 0 ] && echo "passed" || echo "FAILED") |

$(cat "$out/unet.txt")
TABLE
exit $failed
