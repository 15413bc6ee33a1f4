# Runs a command and ends it when this script's standard input ends.
# The kernel closes a dead process's pipes, so the command does not outlive the JVM that holds the
# other end, however that JVM ends (kill -9 included). Bash, for its process groups without a terminal.
# Arguments: log file ("-" passes standard output on), grace in seconds, directory to remove at the
# end ("" for none), command and its arguments. First line of standard output: the command's pid.
log=$1 grace=$2 scratch=$3
shift 3
set -m # the command leads a process group of its own: Ctrl-C passes it by, one kill reaches its descendants
trap : INT TERM HUP
exec 3<&0 4>&1 5>&2 </dev/null >/dev/null 2>&1 # what this shell has to say are remarks about its jobs

start() {
  echo "$BASHPID"
  [ "$log" = - ] || exec >>"$log" 2>&1
  exec "$@"
}
start "$@" >&4 2>&5 3<&- 4>&- 5>&- &
group=$!
exec 4>&- 5>&-

(
  trap - INT TERM HUP
  read -r _ <&3
  kill -TERM -- -"$group"
  for ((tick = 0; tick < grace * 20; tick++)); do
    kill -0 -- -"$group" || exit
    sleep 0.05
  done
  kill -KILL -- -"$group"
) &
watcher=$!
exec 3<&-

while :; do
  wait "$group"
  status=$?
  kill -0 "$group" || break # otherwise a signal to this shell interrupted the wait, or the command was paused
done
wait "$group" # what the first one told may be that it was paused, just before it ended
last=$?
[ "$last" -eq 127 ] || status=$last
kill -TERM -- -"$watcher"
kill -KILL -- -"$group" # descendants that the command left behind
[ -z "$scratch" ] || rm -rf -- "$scratch"
exit "$status"
