//go:build linux || darwin

// Package fulldisk simulates a full disk, for tests.
package fulldisk

import (
	"flag"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"
)

// Error is the error of failing writes.
const Error = syscall.EFBIG

// Test calls f, the body of a test, in a process where it may call [At]. Under "go
// test", a process logs the files that it opens to a file, which must not fail. Test
// then runs the test again without the log.
func Test(t *testing.T, f func()) {
	t.Helper()
	if log := flag.Lookup("test.testlogfile"); log == nil || log.Value.String() == "" {
		f()
		return
	}
	if testing.Short() {
		t.Skip("starts itself, which an emulator may not allow")
	}
	if out, err := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// At limits every file to the given number of bytes while f runs. Bytes beyond it are
// not written, as on a full disk. The limit is that of the process, so nothing else
// may run at the same time.
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
			t.Fatal("cannot restore the limit of file sizes: ", err)
		}
	}()
	f()
}
