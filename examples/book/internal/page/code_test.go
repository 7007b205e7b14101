package page

import (
	"go/parser"
	"go/token"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// experimentOfTest is the function that TestSources cuts.
func experimentOfTest(*Page) error { return nil }

func TestSources(t *testing.T) {
	s, err := NewSources(fstest.MapFS{
		"a.go": {Data: []byte(`package page

import "fmt"

// experimentOfTest is documented.
func experimentOfTest(p *Page) error {
	helper(p) // with a comment
	fmt.Print(limit)
	return nil
}

func unused() {}
`)},
		"b.go": {Data: []byte(`package page

const (
	limit = 3
	other = 4
)

type thing struct{}

func helper(p *Page) { thing{}.method() }

// method is cut with its type.
func (thing) method() {}
`)},
		"a_test.go": {Data: []byte("package page\n\nfunc helper() {}\n")},
	}, "folder")
	require.NoError(t, err)
	c, err := s.Of(experimentOfTest)
	require.NoError(t, err)
	assert.Equal(t, "folder/a.go", c.File)
	assert.Equal(t, `// experimentOfTest is documented.
func experimentOfTest(p *Page) error {
	helper(p) // with a comment
	fmt.Print(limit)
	return nil
}`, c.Text)
	assert.Equal(t, `func helper(p *Page) { thing{}.method() }

const (
	limit = 3
	other = 4
)

type thing struct{}

// method is cut with its type.
func (thing) method() {}`, c.Parts)
	// The text shown is valid Go.
	_, err = parser.ParseFile(token.NewFileSet(), "", "package x\n\n"+c.Text+"\n\n"+c.Parts, 0)
	require.NoError(t, err)
	_, err = s.Of(func(*Page) error { return nil })
	assert.ErrorContains(t, err, "no source of")
}

func TestFormula(t *testing.T) {
	for line, want := range map[string]string{
		`x ← x − η g`:        "<mi>x</mi><mo>←</mo><mi>x</mi><mo>−</mo><mi>η</mi><mi>g</mi>",
		`a β_1`:              "<mi>a</mi><msub><mi>β</mi><mn>1</mn></msub>",
		`β_1`:                "<msub><mi>β</mi><mn>1</mn></msub>",
		`{β_1}^t`:            "<msup><mrow><msub><mi>β</mi><mn>1</mn></msub></mrow><mi>t</mi></msup>",
		`\frac{g}{\sqrt{s}}`: "<mfrac><mrow><mi>g</mi></mrow><mrow><msqrt><mrow><mi>s</mi></mrow></msqrt></mrow></mfrac>",
		`\hat{v}`:            `<mover accent="true"><mrow><mi>v</mi></mrow><mo>^</mo></mover>`,
		`(0.5<x)`:            `<mo stretchy="false">(</mo><mn>0.5</mn><mo>&lt;</mo><mi>x</mi><mo stretchy="false">)</mo>`,
		`\max a`:             "<mi>max</mi><mi>a</mi>",
		`x^{2`:               "<msup><mi>x</mi><mrow><mn>2</mn></mrow></msup>",
		`^2`:                 "<msup><mrow></mrow><mn>2</mn></msup>",
	} {
		assert.Equal(t, `<math display="block">`+want+"</math>", string(Formula(line)), line)
	}
}
