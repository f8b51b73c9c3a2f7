#!/usr/bin/env bash
# `bash scripts/record-all.sh train FOLDER ARCHIVE [JOBS]` computes every recorded run at the commit that is checked out:
# about three hours of one core, JOBS commands at a time (as many as there are cores by default). Results go to FOLDER.
# Stopped and called again, it goes on where it was. ARCHIVE has CIFAR-10's ten classes with at least 800 test images each.
# `bash scripts/record-all.sh join FOLDER` makes public/recorded/ and the tables of README.md and docs/FINDINGS.md from
# the results. Titles and words in public/recorded/index.json and the documents' sentences are written by hand;
# `scripts/findings.test.ts` compares them with the results.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
  sed -n '2,7s/^# //p' scripts/record-all.sh
  exit 2
}

# One line for each command: the name of its result, then its options.
jobs_of() {
  local archive=$1 s
  for s in 0 1 2 3 4; do
    echo "factorial-$s --line-up factorial --seed $s"
    echo "baselines-$s --methods standard,at,trades --seed $s"
    echo "compute-$s --line-up compute --seed $s --dataset $archive --classes 0,1,6,7 --test-size 3200 --eval-size 256 --eval-sets on --eval-training on"
  done
  for s in 0 1 2; do
    echo "averaged-$s --methods at-swa,trades-swa,arat-swa --seed $s"
    echo "methods-$s --methods mart,lbgat,lbgat[beta=0],arrest --seed $s"
    echo "parts-$s --methods arat[metric=mse],arat[alignedLayers=lastTwo],arat[alignedLayers=all],arat[officialAliasing=on],arat[attackUpdatesStatistics=on],arat[splitParts=affine],arat[splitParts=statistics] --seed $s"
    echo "lambda-$s --methods arat[invarianceWeight=0.5],arat[invarianceWeight=1],arat[invarianceWeight=2],arat[invarianceWeight=8],arat[invarianceWeight=16],arat[invarianceWeight=30] --seed $s"
    echo "later-$s --methods ca-at,ikl --seed $s"
    echo "stopped-$s --line-up averaged --held-out 128 --seed $s"
  done
}

# Computes one result unless it is there, from its state if that is there. Only seed 0 keeps weights.
run_job() {
  local folder=$1 name=$2
  shift 2
  local out=$folder/$name.json
  [ -e "$out" ] && [ ! -e "$out.checkpoint" ] && return
  local more=()
  [ -e "$out.checkpoint" ] && more+=(--resume)
  case $name in factorial-0 | baselines-0) more+=(--weights "$folder/weights-${name%-0}") ;; esac
  npx tsx src/cli/experiment.ts --preset quick "$@" --jobs 1 --out "$out" "${more[@]}" >"$folder/$name.log" 2>&1 &&
    echo "$name: done" || { echo "$name failed: see $folder/$name.log" >&2; return 1; }
}
export -f run_job

train() {
  local folder=$1 archive=$2 jobs=${3:-$(nproc)}
  [ -z "$(git status --porcelain)" ] || { echo 'Commit first: the results name the commit that is checked out.' >&2; exit 1; }
  mkdir -p "$folder"
  jobs_of "$archive" | xargs -P "$jobs" -I{} bash -c 'run_job "$1" $2' _ "$folder" {}
}

join() {
  local folder=$1
  local baselines=("$folder"/baselines-?.json) factorial=("$folder"/factorial-?.json)
  joined() { npx tsx scripts/record-joined.ts "$1" --line-up "$2" "${@:3}"; }
  mkdir -p "$folder/weights"
  cp "$folder"/weights-{factorial,baselines}/* "$folder/weights"
  npx tsx scripts/record-factorial.ts --results "${baselines[@]}" "${factorial[@]}" --weights "$folder/weights" --weights-seed 0 \
    --race public/recorded/quick-race.json --ladder public/recorded/quick-ladder.json
  joined quick-compute.json compute "$folder"/compute-?.json
  joined quick-averaged.json averaged "${baselines[@]}" "${factorial[@]}" "$folder"/averaged-?.json
  joined quick-methods.json paper "${baselines[@]}" "${factorial[@]}" "$folder"/averaged-?.json "$folder"/methods-?.json
  joined quick-parts.json switched-off "${factorial[@]}" "$folder"/parts-?.json
  joined quick-lambda.json lambda "${factorial[@]}" "$folder"/lambda-?.json
  joined quick-later.json later "${baselines[@]}" "${factorial[@]}" "$folder"/later-?.json
  joined quick-stopped.json averaged "$folder"/stopped-?.json
  report "$folder"
  npx tsx scripts/findings.ts --write docs/FINDINGS.md
  npx tsx scripts/findings.ts --write README.md
}

# AutoAttack on the four models of the race, unless the report is there.
report() {
  local report; report=$(realpath "$1")/judge.json
  [ -e "$report" ] || (
    cd public/recorded/factorial
    npx tsx ../../../src/cli/judge.ts at.safetensors trades.safetensors arat-bn1-sg1-h1-ab1-t1.safetensors arat-bn1-sg1-h1-ab1-t0.safetensors \
      --dataset embedded --stem-stride 2 --input-scale 4 --n 200 --depth autoattack --json "$report"
  )
  npx tsx scripts/record-report.ts "$report" quick-race.json --label AT --label TRADES --label ARAT --label 'ARAT, invariance weight 0'
}

case ${1:-} in
  train) [ $# -ge 3 ] || usage; train "${@:2}" ;;
  join) [ $# -eq 2 ] || usage; join "$2" ;;
  *) usage ;;
esac
