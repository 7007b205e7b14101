//go:build long

package descent_test

import (
	"bufio"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// promised are the folders whose results are the same bits whatever GOAMD64 is.
var promised = []string{
	"autograd", "autograd/lanes", "nn", "nn/modelfile", "nn/serve", "optimizers", "optimizers/minimize", "optimizers/solver", "optimizers/bench", "optimizers/bench/stats", "optimizers/bench/workloads",
	"lrsched", "datasets", "trainer", "internal/elementary", "internal/graph", "internal/kernel", "internal/parallel", "internal/rng",
}

// meant marks a line that is to be fused: a call, or a function that finds out
// whether the compiler does it.
var meant = []string{"math.FMA("}

// fusedInstruction finds an instruction that adds a product without rounding it,
// in the assembly that the compiler lists, with the line it is for.
var fusedInstruction = regexp.MustCompile(`\(([^()]+\.go):(\d+)\)\t(VFN?M(?:ADD|SUB)|FN?M(?:ADD|SUB)[SD]\t)`)

// No Go code of the packages whose results are promised leaves it to the compiler
// whether a product is rounded before it is added: float64(a*b) + c says it.
// A line with one of meant means it.
func TestLongNothingIsFused(t *testing.T) {
	for _, target := range [][]string{{"GOARCH=amd64", "GOAMD64=v3"}, {"GOARCH=arm64"}} {
		t.Run(strings.Join(target, " "), func(t *testing.T) {
			var packages []string
			for _, p := range promised {
				packages = append(packages, "./"+p)
			}
			cmd := exec.Command("go", append([]string{"build", "-gcflags=descent/...=-S"}, packages...)...)
			cmd.Env = append(append(os.Environ(), "CGO_ENABLED=0"), target...)
			listing, err := cmd.StderrPipe()
			require.NoError(t, err)
			require.NoError(t, cmd.Start())
			fused, lines := map[string]bool{}, bufio.NewScanner(listing)
			lines.Buffer(nil, 1<<24)
			for lines.Scan() {
				if m := fusedInstruction.FindStringSubmatch(lines.Text()); m != nil {
					if at := promisedLine(t, m[1], m[2]); at != "" {
						fused[at] = true
					}
				}
			}
			require.NoError(t, lines.Err())
			require.NoError(t, cmd.Wait())
			for _, at := range slices.Sorted(maps.Keys(fused)) {
				assert.Fail(t, "a product and a sum are fused", at)
			}
		})
	}
}

// promisedLine is "file:line: its text" of Go code whose results are promised, or
// empty.
func promisedLine(t *testing.T, file, line string) string {
	root, err := os.Getwd()
	require.NoError(t, err)
	name, err := filepath.Rel(root, file)
	if err != nil || !slices.Contains(promised, filepath.ToSlash(filepath.Dir(name))) {
		return ""
	}
	source, err := os.ReadFile(name)
	require.NoError(t, err)
	n, err := strconv.Atoi(line)
	require.NoError(t, err)
	text := strings.TrimSpace(strings.Split(string(source), "\n")[n-1])
	if slices.ContainsFunc(meant, func(m string) bool { return strings.Contains(text, m) }) {
		return ""
	}
	return name + ":" + line + ": " + text
}
