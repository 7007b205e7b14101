//go:build unix

package rundir

import (
	"os/signal"
	"syscall"
)

// limitFiles makes files of more bytes an error, as a full disk does.
func limitFiles(bytes uint64) error {
	signal.Ignore(syscall.SIGXFSZ)
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: bytes, Max: bytes})
}
