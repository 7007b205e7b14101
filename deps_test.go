package descent_test

import (
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	anything  = "anything"
	gorgonia  = "gorgonia.org"
	gonum     = "gonum.org/v1/gonum"
	npyio     = "codeberg.org/sbinet/npyio"
	gonumPlot = "gonum.org/v1/plot"
)

// internals are what the packages of networks may use.
var internals = []string{"internal/atomicfile", "internal/caught", "internal/elementary", "internal/graph", "internal/isnil", "internal/kernel", "internal/memory", "internal/parallel", "internal/prefix", "internal/rng", "internal/safetensors", "internal/weights"}

// policy says which packages beside the standard library those of a folder
// may import; a folder has the rule of the nearest one above it. Packages of
// this module are written without its name and mean that package alone; an
// entry of another module includes the packages below it.
var policy = map[string][]string{
	".":                    nil,
	"lrsched":              {"internal/caught", "internal/elementary", "internal/isnil", "internal/prefix"},
	"optimizers":           {"internal/caught", "internal/elementary", "internal/isnil", "internal/kernel", "internal/parallel", "internal/prefix", "internal/rng", gonum + "/blas", gonum + "/lapack"},
	"optimizers/minimize":  {"internal/isnil", "internal/prefix", "optimizers", "lrsched", gonum},
	"optimizers/bench":     {anything},
	"optimizers/pytorch":   {"internal/prefix", "internal/safetensors", "internal/weights", "optimizers"},
	"datasets":             {"internal/atomicfile", "internal/caught", "internal/filelock", "internal/isnil", "internal/prefix", "internal/rng", "internal/twosum", "golang.org/x/sys"},
	"datasets/sample":      {"datasets", "internal/prefix"},
	"optimizers/solver":    {"internal/graph", "internal/prefix", "lrsched", "optimizers", gorgonia},
	"autograd":             {"internal/caught", "internal/elementary", "internal/graph", "internal/isnil", "internal/kernel", "internal/memory", "internal/prefix", gorgonia},
	"autograd/lanes":       append([]string{gorgonia, "autograd"}, internals...),
	"nn":                   append([]string{gorgonia, "autograd", "autograd/lanes", "optimizers", "datasets", "nn/internal/paths"}, internals...),
	"nn/internal/paths":    nil,
	"nn/internal/walk":     {"nn"},
	"nn/modelfile":         {"nn", "nn/internal/walk", "internal/memory", "internal/prefix", "internal/safetensors"},
	"nn/onnx":              {"nn", "nn/internal/paths", "nn/internal/walk", "optimizers", "internal/atomicfile", "internal/elementary", "internal/isnil", "internal/prefix", "google.golang.org/protobuf/encoding/protowire"},
	"nn/serve":             {"nn", "autograd/lanes", "datasets", "internal/isnil", "internal/memory", "internal/prefix"},
	"trainer/checkpoint":   {"internal/prefix", "internal/safetensors", "optimizers", "trainer"},
	"trainer/rundir":       {"internal/atomicfile", "internal/filelock", "internal/isnil", "internal/prefix", "datasets", "trainer", "trainer/checkpoint"},
	"trainer":              {"internal/caught", "internal/describe", "internal/isnil", "internal/prefix", "internal/rng", "internal/twosum", "optimizers", "lrsched", "datasets"},
	"internal/describe":    nil,
	"internal/caught":      nil,
	"internal/elementary":  nil,
	"internal/foreign":     nil,
	"internal/fuzzing":     {"internal/prefix"},
	"internal/graph":       {gorgonia, "github.com/chewxy/hm", "internal/caught", "internal/kernel"},
	"internal/isnil":       nil,
	"internal/memory":      nil,
	"internal/prefix":      nil,
	"internal/rng":         nil,
	"internal/twosum":      nil,
	"internal/atomicfile":  {"internal/filelock"},
	"internal/filelock":    nil,
	"internal/fulldisk":    nil,
	"internal/parallel":    {"internal/caught", "golang.org/x/sys"},
	"internal/kernel":      {"internal/elementary", "internal/memory", "golang.org/x/sys"},
	"internal/safetensors": {"internal/atomicfile", "internal/foreign", "internal/memory"},
	"internal/weights":     {"internal/foreign", "internal/memory", "internal/safetensors", npyio},
	"internal/byname":      {"internal/prefix", "lrsched", "optimizers"},
	"internal/cli":         {"datasets", "datasets/sample", "internal/atomicfile", "internal/prefix", "internal/terminal", "trainer", "trainer/rundir", "golang.org/x/sys"},
	"internal/terminal":    {"github.com/vbauerster/mpb/v8"},
	"internal/figure":      {"internal/atomicfile", gonumPlot, "golang.org/x/image/font"},
	"examples":             {anything},
	"docs":                 {"internal/figure", "internal/atomicfile", "internal/terminal"},
}

// testImports is what tests may import besides, with every package of the module.
var testImports = []string{
	"descent/", "github.com/stretchr/testify", "pgregory.net/rapid", "go.uber.org/goleak", "golang.org/x/sys", gonum, gorgonia,
	"github.com/chewxy/hm", // the types of an operation of Gorgonia
}

// confined are libraries that only some folders may import, in tests too.
var confined = map[string][]string{
	gorgonia:                       {".", "autograd", "nn", "trainer", "internal/graph", "optimizers/solver", "examples", "optimizers/bench"},
	gonumPlot:                      {"internal/figure", "examples", "optimizers/bench"},
	npyio:                          {"internal/weights"},
	"github.com/vbauerster/mpb/v8": {"internal/terminal", "examples"},
	"math/rand":                    nil, // math/rand/v2 is another package
}

// asking are the packages that ask the environment: how to show things, and,
// when told to, which part of a grid a job of a cluster is to run.
var asking = []string{"internal/terminal", "optimizers/bench/optbench"}

// random are the functions of math/rand/v2 that make a source; the others
// draw from the global one.
var random = []string{"New", "NewChaCha8", "NewPCG", "NewZipf", "Rand", "Source", "ChaCha8", "PCG", "Zipf"}

// fusing are functions of package math that the compiler fuses products and sums
// in, so that their bits depend on GOAMD64; unfused are the folders where that
// does no harm, or is looked after.
var (
	fusing = []string{
		"Acosh", "Asin", "Asinh", "Acos", "Atan", "Atan2", "Atanh", "Cos", "Erf", "Erfc", "Erfinv", "Exp2", "Expm1", "Gamma", "Lgamma",
		"Log1p", "Sin", "Sincos", "Sinh", "Tan", "Tanh",
	}
	unfused = []string{"internal/elementary", "internal/figure", "examples", "docs"}
)

type source struct {
	name string // a slash-separated path from the root
	*ast.File
}

func (s source) folder() string { return path.Dir(s.name) }
func (s source) test() bool     { return strings.HasSuffix(s.name, "_test.go") }

// sources parses every Go file of the module, whatever it is built for,
// except programs that are run by hand (//go:build ignore).
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != "." {
			_, err := os.Stat(filepath.Join(name, "go.mod"))
			if err == nil || strings.HasPrefix(d.Name(), ".") || strings.HasPrefix(d.Name(), "_") || d.Name() == "testdata" {
				return fs.SkipDir
			}
		}
		if d.IsDir() || filepath.Ext(name) != ".go" {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		if !ignored(f) {
			all = append(all, source{filepath.ToSlash(name), f})
		}
		return nil
	})
	require.NoError(t, err)
	require.NotEmpty(t, all)
	return all
}

// ignored reports whether nothing but the tag "ignore" makes the file part of
// a build.
func ignored(f *ast.File) bool {
	for _, g := range f.Comments {
		if g.Pos() > f.Package {
			break
		}
		for _, c := range g.List {
			if x, err := constraint.Parse(c.Text); err == nil {
				return !x.Eval(func(tag string) bool { return tag != "ignore" })
			}
		}
	}
	return false
}

// imported returns the import paths of a file.
func imported(t *testing.T, f *ast.File) []string {
	t.Helper()
	var all []string
	for _, spec := range f.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		require.NoError(t, err)
		all = append(all, p)
	}
	return all
}

// within reports whether a path is root or below it.
func within(p, root string) bool {
	return p == root || strings.HasPrefix(p, strings.TrimSuffix(root, "/")+"/")
}

// external reports whether an import path is of another module than the
// standard library or this one.
func external(p string) bool {
	first, _, _ := strings.Cut(p, "/")
	return strings.Contains(first, ".")
}

// rule returns what the package of a folder may import.
func rule(folder string) (allowed []string, ok bool) {
	for dir := folder; ; dir = path.Dir(dir) {
		if allowed, ok = policy[dir]; ok && (dir != "." || folder == ".") {
			return allowed, true
		}
		if dir == "." {
			return nil, false
		}
	}
}

// permitted reports whether a rule lets a package import p.
func permitted(p string, allowed []string) bool {
	local, ours := strings.CutPrefix(p, "descent/")
	if !ours && !external(p) {
		return true // the standard library
	}
	return slices.ContainsFunc(allowed, func(a string) bool {
		return a == anything || ours && local == a || !ours && within(p, a)
	})
}

// The import rules, which CONTRIBUTING.md shows as a table.
func TestImports(t *testing.T) {
	for _, s := range sources(t) {
		allowed, ok := rule(s.folder())
		if !assert.True(t, ok, "%s: no rule for %s: add one to policy", s.name, s.folder()) {
			continue
		}
		for _, p := range imported(t, s.File) {
			ok := permitted(p, allowed)
			if s.test() {
				ok = ok || slices.ContainsFunc(testImports, func(a string) bool { return within(p, a) })
			}
			assert.True(t, ok, "%s imports %s: want the standard library or one of %q", s.name, p, allowed)

			for library, folders := range confined {
				if p == library || external(library) && within(p, library) {
					ok := slices.ContainsFunc(folders, func(f string) bool { return within(s.folder(), f) })
					assert.True(t, ok, "%s imports %s: want that in %q only", s.name, p, folders)
				}
			}
		}
	}
}

// What no file does, or only some: the house style as far as a parser sees.
func TestHabits(t *testing.T) {
	for _, s := range sources(t) {
		for _, spec := range s.Imports {
			assert.False(t, spec.Name != nil && spec.Name.Name == ".", "%s: dot import of %s", s.name, spec.Path.Value)
		}
		assert.NotContains(t, []string{"util", "utils", "common", "misc", "helpers"}, s.Name.Name, s.name)

		names := localNames(t, s.File)
		ast.Inspect(s.File, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := sel.X.(*ast.Ident)
			if !ok {
				return true
			}
			mayFuse := s.test() || slices.ContainsFunc(unfused, func(f string) bool { return within(s.folder(), f) })
			assert.False(t, !mayFuse && sel.Sel.Name == "NormFloat64", "%s: NormFloat64: want rng.Normal", s.name)
			switch name := sel.Sel.Name; names[x.Name] {
			case "math":
				assert.False(t, !mayFuse && slices.Contains(fusing, name), "%s: math.%s: want that of internal/elementary, or one more there", s.name, name)
			case "math/rand/v2":
				assert.Contains(t, random, name, "%s: rand.%s draws from the global source: want a stream of internal/rng", s.name, name)
			case "os":
				switch name {
				case "Getenv", "LookupEnv", "Environ", "ExpandEnv":
					assert.True(t, s.test() || slices.Contains(asking, s.folder()), "%s: os.%s: want it in %q only", s.name, name, asking)
				case "Exit":
					assert.True(t, s.test() || s.Name.Name == "main", "%s: os.Exit: want an error", s.name)
				}
			case "log":
				assert.True(t, s.test() || s.Name.Name == "main", "%s: log.%s: want an error or a callback", s.name, name)
			}
			return true
		})
	}
}

// localNames maps the names that a file uses for packages to their paths.
func localNames(t *testing.T, f *ast.File) map[string]string {
	t.Helper()
	names := map[string]string{}
	for i, p := range imported(t, f) {
		name := path.Base(p)
		if p == "math/rand/v2" {
			name = "rand"
		}
		if spec := f.Imports[i]; spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = p
	}
	return names
}

// A package that starts goroutines shows in its tests that none is left; by
// that mark .ci/run finds the packages to test for data races.
func TestGoroutinesAreWatched(t *testing.T) {
	starts, watched := map[string]string{}, map[string]bool{}
	for _, s := range sources(t) {
		if s.test() {
			if slices.Contains(imported(t, s.File), "go.uber.org/goleak") {
				watched[s.folder()] = true
			}
			continue
		}
		ast.Inspect(s.File, func(n ast.Node) bool {
			if _, ok := n.(*ast.GoStmt); ok && s.Name.Name != "main" {
				starts[s.folder()] = s.name
			}
			return true
		})
	}
	for folder, name := range starts {
		assert.True(t, watched[folder], "%s starts a goroutine: want goleak.VerifyTestMain in the tests of %s", name, folder)
	}
}

func TestRules(t *testing.T) {
	for _, c := range []struct {
		folder, p string
		want      bool
	}{
		{"lrsched", "math", true},
		{"lrsched", "descent/internal/rng", false},
		{"trainer", "descent/optimizers", true},
		{"trainer", "descent/optimizers/bench", false},
		{"trainer", "descent/nn", false},
		{"trainer", "gorgonia.org/gorgonia", false},
		{"optimizers", "gonum.org/v1/gonum/optimize", false},
		{"optimizers/minimize", "gonum.org/v1/gonum/optimize", true},
		{"optimizers/minimize/sub", "gonum.org/v1/gonum/optimize", true},
		{"nn", "gorgonia.org/tensor", true},
		{"nn", "gorgonia.organic/x", false},
		{"nn", "descent/internal/figure", false},
		{"examples/lenet", "gonum.org/v1/plot/vg", true},
		{"internal/figure", "gonum.org/v1/plot/vg/draw", true},
	} {
		allowed, ok := rule(c.folder)
		require.True(t, ok, c.folder)
		assert.Equal(t, c.want, permitted(c.p, allowed), "%s imports %s", c.folder, c.p)
	}
	_, ok := rule("newcomer")
	assert.False(t, ok)
	_, ok = rule("internal/newcomer")
	assert.False(t, ok)
}
