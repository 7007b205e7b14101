package cli

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A pipe that its reader has closed ends a command as it does others: "lenet | head
// -1" says nothing.
func outputUnread(t *testing.T, bin string) {
	dir := prepare(t, bin)
	for _, line := range prints {
		read, write, err := os.Pipe()
		require.NoError(t, err)
		require.NoError(t, read.Close())
		var stderr bytes.Buffer
		c := command(bin, dir, line)
		c.Stdout, c.Stderr = write, &stderr
		err = c.Run()
		require.NoError(t, write.Close())
		assert.EqualError(t, err, "signal: broken pipe", line)
		assert.NotContains(t, stderr.String(), "pipe", line)
	}
}

// writes are what writes files to a folder, and the file that each names when it
// cannot.
var writes = map[string]string{
	"lenet " + trains + " -save DIR/w.safetensors":             "DIR/w.safetensors",
	"lenet " + trains + " -plot DIR/p.svg":                     "DIR/p.svg",
	"lenet " + trains + " -report DIR/r.json":                  "DIR/r.json",
	"lenet " + trains + " -run DIR/run":                        "DIR/run",
	"vae " + draws + " -out DIR/out":                           "DIR/out",
	"linreg -seeds 1 -plot DIR/p.png":                          "DIR/p.png",
	"linreg -seeds 1 -report DIR/r.json":                       "DIR/r.json",
	"trajectory -plot DIR/p.svg":                               "DIR/p.svg",
	"trajectory -report DIR/r.json":                            "DIR/r.json",
	"optbench " + grid + " -out DIR/out":                       "DIR/out",
	"optbench " + grid + " -report DIR/r.json":                 "DIR/r.json",
	"optbench report -out DIR/out bench-out":                   "DIR/out",
	"optbench report -report DIR/r.json bench-out":             "DIR/r.json",
	"optbench merge -out DIR/out bench-out":                    "DIR/out",
	"book 11.1.risk -out DIR/out":                              "DIR/out",
	"predict -model m.safetensors -report DIR/r.json boot.png": "DIR/r.json",
}

// On a full disk a command fails with the name of the file, and leaves none of its
// temporary files. The disk is a small one in memory, in a name space of its own.
func fullDisk(t *testing.T, bin string) {
	dir := prepare(t, bin)
	require.NoError(t, os.Mkdir(dir+"/full", 0o777))
	on := func(c *exec.Cmd) *exec.Cmd {
		const script = `mount -t tmpfs -o size=16k none full && head -c 1000000 /dev/zero 2>/dev/null >full/fill
			"$@"; status=$?; find full -name '.*' >&2; exit $status`
		n := exec.Command("unshare", append([]string{"-U", "-r", "-m", "sh", "-c", script, "sh", c.Path}, c.Args[1:]...)...)
		n.Dir = c.Dir
		return n
	}
	probe := exec.Command("sh", "-c", "test -s full/fill && ! echo x >full/more")
	probe.Dir = dir
	if out, err := on(probe).CombinedOutput(); err != nil {
		t.Skipf("no disks in memory here: %v: %s", err, out)
	}
	for line, file := range writes {
		var stderr bytes.Buffer
		c := on(command(bin, dir, strings.ReplaceAll(line, "DIR", "full")))
		c.Stderr = &stderr
		assert.Equal(t, 1, statusOf(t, c.Run()), line)
		assert.Contains(t, stderr.String(), "no space left on device", line)
		assert.Contains(t, stderr.String(), strings.ReplaceAll(file, "DIR", "full"), line)
		assert.NotContains(t, stderr.String(), ".descent-tmp", line)
	}
}

// A folder that takes no files is an error before the work begins.
func readOnly(t *testing.T, bin string) {
	dir := prepare(t, bin)
	folder := dir + "/locked"
	require.NoError(t, os.Mkdir(folder, 0o555))
	if f, err := os.Create(folder + "/x"); err == nil { // by root
		f.Close()
		if folder = "/proc/self/task"; os.WriteFile(folder+"/x", nil, 0o666) == nil {
			t.Skip("root may write everywhere here")
		}
	}
	for line, file := range writes {
		var stdout, stderr bytes.Buffer
		c := command(bin, dir, strings.ReplaceAll(line, "DIR", folder))
		c.Stdout, c.Stderr = &stdout, &stderr
		assert.Equal(t, 1, statusOf(t, c.Run()), line)
		assert.Contains(t, stderr.String(), strings.ReplaceAll(file, "DIR", folder), line)
		assert.NotContains(t, stdout.String(), "epoch", "%s: nothing is done before", line)
	}
}
