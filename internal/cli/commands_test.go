package cli

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// build makes the commands of the repository, and returns their directory.
func build(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("builds every command")
	}
	dir := t.TempDir()
	for folder, packages := range map[string]string{"../..": "./examples/... ./docs/...", "../../examples/embed": "./..."} {
		run := func(args ...string) string {
			c := exec.Command("go", append(args, strings.Fields(packages)...)...)
			c.Dir = folder
			out, err := c.CombinedOutput()
			require.NoError(t, err, "%s", out)
			return string(out)
		}
		run("build", "-o", dir+string(filepath.Separator))
		for name := range strings.FieldsSeq(run("list", "-f", `{{if eq .Name "main"}}{{.ImportPath}}{{end}}`)) {
			commands = append(commands, path.Base(name))
		}
	}
	return dir
}

// commands are the names of all commands.
var commands []string

// command is a line of a shell, without the shell.
func command(bin, dir, line string) *exec.Cmd {
	words := strings.Fields(line)
	c := exec.Command(filepath.Join(bin, words[0]), words[1:]...)
	c.Dir = dir
	return c
}

// statusOf is the exit status of a command that ran.
func statusOf(t *testing.T, err error) int {
	t.Helper()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	require.NoError(t, err)
	return 0
}

const (
	trains = "-data sample -epochs 1 -batch 256"
	draws  = "-data sample -images 64 -epochs 1"
	reads  = "-data m.safetensors -bytes -rnn -width 8 -layers 1 -batch 200 -epochs 1 -characters 5"
	saves  = "lenet " + trains + " -save m.safetensors -quiet"
	grid   = "-workloads quadratic -optimizers sgd -trials 1 -seeds 1 -epochs 1"
)

func TestCommands(t *testing.T) {
	bin := build(t)
	t.Run("every command", everyCommand)
	t.Run("output that is lost", func(t *testing.T) { outputIsLost(t, bin) })
	t.Run("output that nobody reads", func(t *testing.T) { outputUnread(t, bin) })
	t.Run("full disk", func(t *testing.T) { fullDisk(t, bin) })
	t.Run("read-only folder", func(t *testing.T) { readOnly(t, bin) })
	t.Run("one file twice", func(t *testing.T) { oneFileTwice(t, bin) })
	t.Run("pipes", func(t *testing.T) { pipes(t, bin) })
}

// prepare makes a folder with a grid in bench-out, a model in m.safetensors, and an
// image.
func prepare(t *testing.T, bin string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	require.NoError(t, command(bin, dir, "optbench "+grid+" -quiet").Run())
	require.NoError(t, command(bin, dir, saves).Run())
	boot, err := os.ReadFile("../../examples/predict/testdata/boot.png")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "boot.png"), boot, 0o666))
	return dir
}

// prints are what prints to standard output in a folder that prepare made.
var prints = []string{
	"lenet " + trains,
	"lenet " + trains + " -quiet",
	"lenet " + trains + " -quiet -report -",
	"predict -model m.safetensors boot.png",
	"predict -model m.safetensors -quiet -report - boot.png",
	"lenet -data sample -find-lr",
	"lenet " + trains + " -run run",
	"vae " + draws,
	"vae " + draws + " -quiet -report -",
	"gpt " + reads,
	"gpt " + reads + " -quiet -report -",
	"linreg -seeds 1",
	"linreg -seeds 1 -quiet -report -",
	"trajectory",
	"trajectory -quiet -report -",
	"optbench -list",
	"optbench " + grid,
	"optbench report bench-out",
	"optbench report -quiet -report - bench-out",
	"optbench merge -out merged bench-out",
	"book -list",
	"book 11.1.risk",
	"book -quiet 11.1.risk -report -",
	"embed",
}

// helps print to standard error.
var helps = []string{
	"lenet -h", "vae -h", "gpt -h", "linreg -h", "trajectory -h", "predict -h", "optbench -h", "optbench report -h", "optbench merge -h", "book -h", "measure -h",
	"trajectory -report -", // which prints lines for people there
}

// A command that is new is tested too.
func everyCommand(t *testing.T) {
	tested := map[string]bool{}
	for _, line := range append(slices.Clone(prints), helps...) {
		tested[strings.Fields(line)[0]] = true
	}
	require.Contains(t, commands, "lenet")
	for _, name := range commands {
		assert.True(t, tested[name], "%s: want a line in prints or helps", name)
	}
}

// What cannot be printed is a failure, in every mode of every command, help as
// well.
func outputIsLost(t *testing.T, bin string) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("there is no /dev/full")
	}
	defer full.Close()
	dir := prepare(t, bin)
	for _, line := range prints {
		var stderr bytes.Buffer
		c := command(bin, dir, line)
		c.Stdout, c.Stderr = full, &stderr
		assert.Equal(t, 1, statusOf(t, c.Run()), line)
		assert.Equal(t, 1, strings.Count(stderr.String(), "no space left on device"), "%s: %s", line, &stderr)
	}
	for _, line := range helps {
		c := command(bin, dir, line)
		assert.Equal(t, 0, statusOf(t, c.Run()), line)
		c = command(bin, dir, line)
		c.Stderr = full
		assert.Equal(t, 1, statusOf(t, c.Run()), line)
	}
}

// Files are compared and not their names.
func oneFileTwice(t *testing.T, bin string) {
	dir := t.TempDir()
	require.NoError(t, command(bin, dir, "optbench "+grid+" -quiet").Run())
	require.NoError(t, os.WriteFile(filepath.Join(dir, "t10k-images-idx3-ubyte"), nil, 0o666))
	for line, want := range map[string]string{
		"lenet -plot x.svg -save ./x.svg":                                   "lenet: -plot x.svg and -save ./x.svg are the same file",
		"lenet -report x -save " + filepath.Join(dir, "x"):                  "are the same file",
		"lenet -data . -save t10k-images-idx3-ubyte":                        "lenet: -data t10k-images-idx3-ubyte and -save t10k-images-idx3-ubyte are the same file",
		"vae -save vae-out/plane.png":                                       "vae: -save vae-out/plane.png and vae-out/plane.png are the same file",
		"linreg -plot x.svg -report ./x.svg":                                "linreg: -plot x.svg and -report ./x.svg are the same file",
		"trajectory -plot x.svg -report ./x.svg":                            "trajectory: -plot x.svg and -report ./x.svg are the same file",
		"predict -model m -report ./x.png x.png":                            "predict: -report ./x.png and x.png are the same file",
		"predict -model m -report ./m x.png":                                "predict: -model m and -report ./m are the same file",
		"optbench " + grid + " -report bench-out/results.jsonl":             "optbench: -out bench-out/results.jsonl and -report bench-out/results.jsonl are the same file",
		"optbench " + grid + " -out new -report new/report.html":            "-out new/report.html and -report new/report.html are the same file",
		"optbench report bench-out -report bench-out/results.jsonl":         "bench-out/results.jsonl and -report bench-out/results.jsonl are the same file",
		"optbench report bench-out -report ./bench-out/summary.csv":         "-out bench-out/summary.csv and -report ./bench-out/summary.csv are the same file",
		"optbench merge -out new -report bench-out/results.jsonl bench-out": "bench-out/results.jsonl and -report bench-out/results.jsonl are the same file",
		"book 11.1.risk -report book-out/index.html":                        "-report book-out/index.html and -out book-out/index.html are the same file",
		"book 11.1.risk -report book-out/11.1.risk.svg":                     "-report book-out/11.1.risk.svg and -out book-out/11.1.risk.svg are the same file",
	} {
		var stderr bytes.Buffer
		c := command(bin, dir, line)
		c.Stderr = &stderr
		assert.Equal(t, 2, statusOf(t, c.Run()), line)
		assert.Contains(t, stderr.String(), want, line)
	}
	assert.NoDirExists(t, filepath.Join(dir, "new"), "nothing is made for a command that is wrong")
}

// A pipe with nobody at its other end is waited for until the first signal.
func pipes(t *testing.T, bin string) {
	read, full, err := os.Pipe()
	require.NoError(t, err)
	defer read.Close()
	defer full.Close()
	type started struct {
		*exec.Cmd
		line   string
		stderr bytes.Buffer
		ended  chan error
	}
	var all []*started
	for line, stdout := range map[string]io.Writer{
		"lenet " + trains + " -save pipe":     nil,
		"lenet -data .":                       nil,
		"linreg -seeds 1 -report pipe":        nil,
		"trajectory -plot pipe.svg":           nil,
		"trajectory -steps 10000 -report -":   full,
		"optbench report pipe":                nil,
		"predict -model pipe x.png":           nil,
		"predict -model m.safetensors pipe":   nil,
		"optbench merge pipe":                 nil,
		"optbench " + grid + " -report pipe":  nil,
		"book 11.1.risk -report pipe":         nil,
		"book -quick":                         nil,
		"optbench -workloads softmax -data .": nil,
	} {
		dir := t.TempDir()
		for _, name := range []string{"pipe", "pipe.svg", "train-images-idx3-ubyte"} {
			if out, err := exec.Command("mkfifo", filepath.Join(dir, name)).CombinedOutput(); err != nil {
				t.Skipf("no pipes here: %v: %s", err, out)
			}
		}
		if strings.Contains(line, "m.safetensors") {
			require.NoError(t, command(bin, dir, saves).Run())
		}
		c := &started{Cmd: command(bin, dir, line), line: line, ended: make(chan error, 1)}
		c.Stdout, c.Stderr = stdout, &c.stderr
		require.NoError(t, c.Start())
		go func() { c.ended <- c.Wait() }()
		all = append(all, c)
	}
	time.Sleep(5 * time.Second) // one that works still ends the same way
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	for i, c := range all {
		select {
		case err := <-c.ended:
			t.Errorf("%s: ended by itself: %v: %s", c.line, err, &c.stderr)
			c.ended <- err
		default:
			require.NoError(t, c.Process.Signal(signals[i%2]))
		}
	}
	for i, c := range all {
		select {
		case err := <-c.ended:
			assert.Equal(t, []int{130, 143}[i%2], statusOf(t, err), "%s: %s", c.line, &c.stderr)
		case <-time.After(time.Minute):
			t.Errorf("%s: goes on after an interrupt", c.line)
			c.Process.Kill()
			<-c.ended
		}
	}
}
