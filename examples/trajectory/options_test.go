package main

import (
	"flag"
	"path/filepath"
	"regexp"
	"testing"

	"descent/internal/cli"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHelp(t *testing.T) {
	stdout, stderr, err := try("-h")
	require.ErrorIs(t, err, flag.ErrHelp)
	assert.Empty(t, stdout)
	for _, f := range allFunctions(nil) {
		assert.Regexp(t, regexp.MustCompile(`(?m)^\t`+f.name+` .*`+regexp.QuoteMeta(f.formula)+`$`), stderr)
	}
	for _, name := range firstOrder() {
		assert.Contains(t, stderr, name+" ")
	}
	for _, m := range searches {
		assert.Contains(t, stderr, m.name)
	}
	for _, name := range []string{"f", "coef", "x0", "rule", "lr", "set", "schedule", "schedule-set", "steps", "noise", "seed", "plot", "report", "quiet"} {
		assert.Regexp(t, `\n  -`+name+`[ \n]`, stderr)
	}
}

func TestBadFlags(t *testing.T) {
	for line, want := range map[string]string{
		"-f nosuch":                         `trajectory: -f "nosuch": want one of square, xcos,`,
		"-x0 1":                             "trajectory: -x0 1: 1 number: want 2, for the variables of bowl",
		"-f rosenbrock -x0 1":               "trajectory: -x0 1: 1 number: want 2 or more, for the variables of rosenbrock",
		"-f quadratic -coef 1,2,3 -x0 1,1":  "-x0 1,1: 2 numbers: want 3, for the variables of quadratic",
		"-x0 1,nan":                         "for flag -x0: NaN: want finite numbers separated by commas",
		"-x0 1,,2":                          `for flag -x0: "": want a number`,
		"-f quadratic -coef 1,inf":          "for flag -coef: +Inf: want finite numbers",
		"-coef 1,2":                         "trajectory: -coef 1,2: bowl has no coefficients: want -f quadratic",
		"-f cosh -x0 2000":                  "trajectory: -x0 2000: cosh is +Inf there: want a finite value",
		"-rule adamm":                       "trajectory: -rule adamm: want one of sgd, momentum,",
		"-rule muon":                        "trajectory: -rule muon: the rule is for matrices: want a rule for vectors",
		"-rule adam -set betaa=1":           "trajectory: -rule adam: betaa: rule adam has no such field: want one of beta1, beta2, eps,",
		"-set beta1=.5":                     "trajectory: -rule sgd: beta1: rule sgd has no such field: want one of momentum, dampening, nesterov, weight_decay",
		"-rule adam -set beta1=1.2":         "Beta1 = 1.2: want [0, 1)",
		"-rule adam -set eps=0":             "Eps = 0: want ",
		"-rule adam -set beta1":             `"beta1": want name=value`,
		"-rule adam -set beta1=x":           "beta1=x: want a number",
		"-rule newton -set absolut=true":    "absolut: rule newton has no such field: want one of absolute",
		"-rule newton-cg -set shrink=2":     "Shrink = 2: want (0, 1)",
		"-rule newton -noise 1":             "-rule newton: -noise: the rule needs exact gradients: want a first-order rule",
		"-rule line-search -lr 1":           "-rule line-search: -lr and -schedule: the rule chooses its own step length: want -set with initial, tolerance, doublings",
		"-lr inf":                           "trajectory: -lr +Inf: want 0 or more, finite",
		"-lr 1e999":                         "trajectory: -lr +Inf: want 0 or more, finite",
		"-rule adam -lr -1":                 "trajectory: -lr -1: want 0 or more, finite",
		"-lr fast":                          `invalid value "fast" for flag -lr`,
		"-steps 0":                          "trajectory: -steps 0: want 1 to 1000000",
		"-steps 1000001":                    "trajectory: -steps 1000001: want 1 to 1000000",
		"-noise -1":                         "trajectory: -noise -1: want 0 or more, finite",
		"-noise inf":                        "trajectory: -noise +Inf: want 0 or more, finite",
		"-schedule cosin":                   `-schedule cosin: "cosin": want one of constant, square-root,`,
		"-schedule cosine -schedule-set f=": "-schedule cosine: f: schedule cosine has no such field: want one of base, final,",
		"-schedule cosine -schedule-set warmup=30": "-schedule cosine: Warmup",
		"-plot x.gif":                 `extension ".gif": want .svg or .png`,
		"-plot x.svg -report ./x.svg": "trajectory: -plot x.svg and -report ./x.svg are the same file: want different ones",
		"more":                        `trajectory: "more": want only flags`,
	} {
		_, _, err := try(line)
		require.ErrorContains(t, err, want, line)
		var usage *cli.UsageError
		assert.ErrorAs(t, err, &usage, line)
	}
	_, _, err := try("-report " + filepath.Join("no-such-folder", "r.json"))
	assert.ErrorContains(t, err, "trajectory: -report no-such-folder")
}
