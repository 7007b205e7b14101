//go:build long

package descent_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What a program computes is the same, bit for bit, whatever GOAMD64 it is built
// for: nothing but the processor that runs it decides about that.
func TestLongFingerprints(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("GOAMD64 is for amd64")
	}
	folder := t.TempDir()
	run := func(level string) []string {
		program := filepath.Join(folder, level)
		build := exec.Command("go", "build", "-o", program, "./testdata/fingerprint")
		build.Env = append(os.Environ(), "GOAMD64="+level)
		text, err := build.CombinedOutput()
		require.NoError(t, err, "%s", text)
		text, err = exec.Command(program).CombinedOutput()
		if strings.Contains(string(text), "microarchitecture support") {
			t.Skipf("the processor has no %s", level)
		}
		require.NoError(t, err, "%s", text)
		return strings.Split(strings.TrimSpace(string(text)), "\n")
	}
	want, got := run("v1"), run("v3")
	require.Len(t, got, len(want))
	for i := range want {
		assert.Equal(t, want[i], got[i])
	}
}
