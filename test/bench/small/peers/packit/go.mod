module bench/peer

go 1.24

require github.com/paketo-buildpacks/packit/v2 v2.16.0
