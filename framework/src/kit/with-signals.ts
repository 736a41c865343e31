import { join } from "node:path";
import { writeExecutable } from "../host/files/write-executable.ts";

/** The file name of the script `with-signals`, which processes find in PATH. */
export const withSignals = "with-signals";

/**
 * A shell script that runs a shell or another launcher, and forwards signals to the programs that
 * it starts.
 */
export const withSignalsScript = `#!/bin/sh
# with-signals COMMAND...: runs a package manager or a shell, and forwards signals to the programs that it starts.
#
# Package managers and shells between a container's first process and the app do not forward SIGTERM, forward it twice, or
# end before the app does, which kills the app. Therefore this script sends no signal to them. It sends each signal once
# to the programs that they have started. A program that starts other programs gets the signal, and its child processes
# do not: the program itself decides whether to forward it.

# True if process $1 is a package manager or a shell. 'read' drops the NUL bytes between the words of a command line.
is_runner() {
  { IFS= read -r name <"/proc/$1/comm"; } 2>/dev/null || return 1
  case $name in sh | dash | bash | ash | busybox) return 0 ;; esac
  words=
  { IFS= read -r words <"/proc/$1/cmdline"; } 2>/dev/null
  case $words in
    /bin/sh* | /bin/bash* | /usr/bin/sh* | /usr/bin/bash*) return 0 ;;
    npm* | yarn* | pnpm* | bunrun* | */pnpmrun* | */bunrun*) return 0 ;;
    node*/npm* | node*/yarn* | node*/pnpm* | */node*/npm* | */node*/yarn* | */node*/pnpm*) return 0 ;;
  esac
  return 1
}

# Sets found to the children of process $1 that have not ended.
find_children() {
  found=
  parent=$1
  for stat in /proc/[0-9]*/stat; do
    { IFS= read -r line <"$stat"; } 2>/dev/null || continue
    process=\${stat#/proc/}
    process=\${process%/stat}
    # the name in parentheses may contain any characters; the state and the parent follow it
    set -f
    set -- \${line##*) }
    set +f
    if [ "$2" = "$parent" ] && [ "$1" != Z ]; then found="$found $process"; fi
  done
  [ -n "$found" ]
}

# Sends the signal to programs that have not received it yet. An orphaned program becomes a child of this shell.
pass_on() {
  find_children "$$"
  waiting=$found
  while [ -n "$waiting" ]; do
    set -- $waiting
    each=$1
    shift
    waiting=$*
    if is_runner "$each" && find_children "$each"; then
      waiting="$waiting $found"
      continue
    fi
    case " $signaled " in *" $each "*) continue ;; esac
    signaled="$signaled $each"
    kill -s "$signal" "$each" 2>/dev/null
  done
}

on_signal() {
  signal=$1
  signaled=
  pass_on
  [ -z "$2" ] || stopping=yes
}

has_ended() {
  { IFS= read -r line <"/proc/$child/stat"; } 2>/dev/null || return 0
  case \${line##*) } in Z*) return 0 ;; esac
  return 1
}

# Without job control, a shell closes the standard input of a background process. The standard input may be closed already.
{ true 3<&0; } 2>/dev/null || exec </dev/null
exec 3<&0
"$@" <&3 3<&- &
child=$!
exec 3<&-
stopping=
signaled=
status=0
polls=0

trap 'on_signal TERM stop' TERM
trap 'on_signal QUIT stop' QUIT
trap 'on_signal HUP' HUP
trap 'on_signal USR1' USR1
trap 'on_signal USR2' USR2
# On a terminal, the kernel has already sent SIGINT to all programs.
if [ -t 0 ]; then trap ':' INT; else trap 'on_signal INT stop' INT; fi

until has_ended; do
  if [ -z "$stopping" ]; then
    wait "$child" # a signal ends this early
    status=$?
  else
    sleep 0.05 || wait "$child"
    # a script may start its next program: a program that cleans up has a second, and a server must end as well
    polls=$((polls + 1))
    [ $((polls % 20)) -ne 0 ] || pass_on
  fi
done
wait "$child" 2>/dev/null # 127: the status was read above
last=$?
[ "$last" = 127 ] || status=$last
exit "$status"
`;

/**
 * Writes the script `with-signals` into the directory `bin` of a layer.
 *
 * @example `await writeWithSignals(path) // in create of a launch layer`
 */
export const writeWithSignals = (layer: string): Promise<void> =>
  writeExecutable(join(layer, "bin", withSignals), withSignalsScript);
