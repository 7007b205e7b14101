package descent_test

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A program in a module of its own builds against this one and trains: what
// it uses is exported, and its go.mod names all that this module needs.
func TestAnOutsideProgramTrains(t *testing.T) {
	program := filepath.Join(t.TempDir(), "embed.exe")
	build := exec.Command("go", "build", "-mod=readonly", "-o", program, ".")
	build.Dir = filepath.Join("examples", "embed")
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	out, err = exec.Command(program).CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Equal(t, `learned two spirals: test accuracy above 0.98: true, within 100 epochs: true
served 8 predictions from 4 goroutines, 8 right
`, string(out))
}
