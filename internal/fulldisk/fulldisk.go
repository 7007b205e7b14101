//go:build linux || darwin

// Package fulldisk makes the disk full, for tests.
package fulldisk

import (
	"flag"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"
)

// Error is what writes fail with.
const Error = syscall.EFBIG

// Test calls f, the body of a test, in a process where it may call [At]. "go test"
// has tests log the files that they open, to a file of its own, which a full disk
// must not meet: there, Test starts the test again without.
func Test(t *testing.T, f func()) {
	t.Helper()
	if log := flag.Lookup("test.testlogfile"); log == nil || log.Value.String() == "" {
		f()
		return
	}
	if testing.Short() {
		t.Skip("starts itself, which an emulator may not let it")
	}
	if out, err := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// At limits every file to this many bytes while f runs: what would be more is not
// written, as on a disk without space. It is the process's limit, so that nothing
// else may run at the same time.
func At(t testing.TB, bytes int, f func()) {
	t.Helper()
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Skip("no limit of files here: ", err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: uint64(bytes), Max: old.Max}); err != nil {
		t.Skip("no limit of files here: ", err)
	}
	defer func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
			t.Fatal("the limit of files stays: ", err)
		}
	}()
	f()
}
