package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// check is CheckFiles of a tool with -plot, -save and -report.
func check(t *testing.T, files ...File) error {
	t.Helper()
	f := Flags("tool", "", io.Discard)
	for _, name := range []string{"plot", "save", "report"} {
		f.String(name, "", "")
	}
	for _, file := range files {
		if file.Flag != "" {
			require.NoError(t, f.Set(file.Flag, file.Path))
		}
	}
	return CheckFiles(f, files...)
}

// One file by two names is found whatever the names are, whether it exists or
// not.
func TestSameFile(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	require.NoError(t, os.Mkdir("a", 0o777))
	require.NoError(t, os.WriteFile("old", nil, 0o666))
	if err := errors.Join(os.Symlink("a", "b"), os.Symlink("old", "link"), os.Symlink("a/none", "dangling"), os.Link("old", "hard")); err != nil {
		t.Skip("no links here: ", err)
	}
	for first, second := range map[string]string{
		"x":        "./x",
		"y":        filepath.Join(dir, "y"),
		"z":        "a/../z",
		"a/x":      "b/x",
		"old":      "link",
		"./old":    "hard",
		"a/none":   "dangling",
		"new/x":    "new/./x",
		"b/new/y":  "a/new/y",
		"./-":      filepath.Join(dir, "-"),
		"a/b/../x": "a/b/../x",
	} {
		for _, pair := range [][2]string{{first, second}, {second, first}} {
			a, b := File{Flag: "plot", Path: pair[0]}, File{Flag: "save", Path: pair[1]}
			err := check(t, a, b)
			var usage *UsageError
			require.ErrorAs(t, err, &usage, "%s", pair)
			assert.EqualError(t, err, "tool: -plot "+pair[0]+" and -save "+pair[1]+" are the same file: want different ones")
			a.Input = true
			assert.ErrorAs(t, check(t, a, b), &usage, "an input and an output")
			a.Input, a.Flag, b.Input = false, "", true
			assert.EqualError(t, check(t, b, a), "tool: -save "+pair[1]+" and "+pair[0]+" are the same file: want different ones")
			a.Input = true
			assert.NoError(t, check(t, a, b), "two inputs")
		}
	}
	for first, second := range map[string]string{"x": "X1", "a/x": "x", "old": "older", os.DevNull: os.DevNull, "-": "y", "": "z"} {
		assert.NoError(t, check(t, File{Path: first}, File{Path: second}), "%s and %s", first, second)
	}
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, left, 6)
}

// What is printed to a file is not to be replaced by another output.
func TestSameAsStandardOutput(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "f"))
	require.NoError(t, err)
	stdout := os.Stdout
	os.Stdout = f
	err = check(t, File{Flag: "report", Path: f.Name()})
	other := check(t, File{Flag: "report", Path: "-"}, File{Flag: "plot", Path: f.Name() + ".svg"})
	os.Stdout = stdout
	require.NoError(t, f.Close())
	assert.EqualError(t, err, "tool: standard output and -report "+f.Name()+" are the same file: want different ones")
	assert.NoError(t, other)
}

func TestCheckFiles(t *testing.T) {
	dir := t.TempDir()
	in := func(names ...string) string { return filepath.Join(append([]string{dir}, names...)...) }
	var usage *UsageError
	for _, path := range []string{"-", in("new.svg"), os.DevNull} {
		assert.NoError(t, check(t, File{Flag: "plot", Path: path}))
	}
	assert.NoError(t, check(t, File{Path: ""}))
	err := check(t, File{Flag: "plot", Path: dir})
	require.ErrorAs(t, err, &usage)
	assert.EqualError(t, err, "tool: -plot "+dir+": is a directory: want a file")
	err = check(t, File{Flag: "save", Path: ""})
	require.ErrorAs(t, err, &usage)
	assert.EqualError(t, err, `tool: -save "": want a file name`)
	assert.EqualError(t, check(t, File{Flag: "plot", Path: in("none", "x")}), "tool: -plot "+in("none", "x")+": no such file or directory")
	assert.ErrorContains(t, check(t, File{Flag: "plot", Path: in(strings.Repeat("x", 256))}), ": file name too long")
	err = check(t, File{Flag: "plot", Path: strings.Repeat("x", 20<<20)})
	require.Error(t, err)
	assert.Less(t, len(err.Error()), 1000)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, left)
	assert.NoError(t, check(t, File{Path: in("made", "x"), MakeDir: true}))
	assert.DirExists(t, in("made"))
	assert.ErrorContains(t, check(t, File{Flag: "plot", Path: "/dev/null/x", MakeDir: true}), "tool: -plot /dev/null: not a directory")
}

func TestCut(t *testing.T) {
	assert.Equal(t, "short", cut("short", 5))
	assert.Equal(t, "ab… (6 bytes) …i", cut("abcdefghi", 3))
	assert.Equal(t, "… (6 bytes) …", cut("日本", 3))
	long := Usagef("tool: -x %q: want less", strings.Repeat("x", 20<<20)).Error()
	assert.Less(t, len(long), 2100)
	assert.True(t, strings.HasPrefix(long, `tool: -x "xxx`) && strings.HasSuffix(long, `xxx": want less`))
}

func TestWait(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	failure := errors.New("failure")
	slow := func() error {
		time.Sleep(20 * time.Millisecond)
		return failure
	}
	assert.Equal(t, failure, Wait(ctx, slow, File{Path: t.TempDir()}), "what is no pipe is waited for")
}

// Data that is found without being named is an input too.
func TestFashionFiles(t *testing.T) {
	home := t.TempDir()
	for _, name := range []string{"HOME", "XDG_CACHE_HOME", "LocalAppData", "home"} { // what one system or another asks
		t.Setenv(name, home)
	}
	cache, err := os.UserCacheDir()
	require.NoError(t, err)
	dir := filepath.Join(cache, "descent", "fashion-mnist")
	require.NoError(t, os.MkdirAll(dir, 0o777))
	path := filepath.Join(dir, "t10k-labels-idx1-ubyte.gz")
	for _, name := range []string{path, filepath.Join(dir, ".lock")} {
		require.NoError(t, os.WriteFile(name, nil, 0o666))
	}
	assert.Equal(t, []File{{Flag: "data", Path: path, Input: true}}, FashionFiles(dir))
	assert.Contains(t, FashionFiles(""), File{Path: path, Input: true})
	assert.Empty(t, FashionFiles("sample"))
	err = check(t, append(FashionFiles(""), File{Flag: "save", Path: path})...)
	assert.EqualError(t, err, "tool: "+path+" and -save "+path+" are the same file: want different ones")
}
