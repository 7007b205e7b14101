package page

import (
	"html"
	"html/template"
	"strings"
	"unicode"
)

// Formula sets a line of mathematics as MathML. Letters, numbers and signs stand for
// themselves. Braces group, _ and ^ make the next group a subscript or superscript, and
// \frac, \sqrt and \hat take groups:
//
//	x ← x − η \frac{g}{\sqrt{s + ε}}
//
// Open groups are closed at the end of the line.
func Formula(line string) template.HTML {
	f := formula{[]rune(line)}
	return template.HTML(`<math display="block">` + strings.Join(f.row(), "") + `</math>`) // escaped below
}

// formula is the unread rest of a line.
type formula struct{ rest []rune }

// row sets everything up to the end of the group.
func (f *formula) row() (atoms []string) {
	for len(f.rest) > 0 {
		r := f.rest[0]
		switch {
		case r == '}':
			f.rest = f.rest[1:]
			return atoms
		case unicode.IsSpace(r):
			f.rest = f.rest[1:]
		case r == '_' || r == '^':
			f.rest = f.rest[1:]
			tag := map[rune]string{'_': "msub", '^': "msup"}[r]
			base := "<mrow></mrow>"
			if n := len(atoms); n > 0 {
				base, atoms = atoms[n-1], atoms[:n-1]
			}
			atoms = append(atoms, element(tag, base, f.atom()))
		default:
			atoms = append(atoms, f.atom())
		}
	}
	return atoms
}

// atom sets a group, a command, a number, a letter or a sign.
func (f *formula) atom() string {
	for len(f.rest) > 0 && unicode.IsSpace(f.rest[0]) {
		f.rest = f.rest[1:]
	}
	if len(f.rest) == 0 {
		return ""
	}
	switch r := f.rest[0]; {
	case r == '{':
		f.rest = f.rest[1:]
		return element("mrow", f.row()...)
	case r == '\\':
		f.rest = f.rest[1:]
		switch name := f.take(unicode.IsLetter); name {
		case "frac":
			return element("mfrac", f.atom(), f.atom())
		case "sqrt":
			return element("msqrt", f.atom())
		case "hat":
			return `<mover accent="true">` + f.atom() + "<mo>^</mo></mover>"
		default:
			return element("mi", html.EscapeString(name)) // a name such as max
		}
	case unicode.IsDigit(r):
		return element("mn", f.take(func(r rune) bool { return unicode.IsDigit(r) || r == '.' }))
	case unicode.IsLetter(r):
		f.rest = f.rest[1:]
		return element("mi", string(r))
	default:
		f.rest = f.rest[1:]
		if r == '(' || r == ')' {
			return `<mo stretchy="false">` + string(r) + "</mo>"
		}
		return element("mo", html.EscapeString(string(r)))
	}
}

// take reads the next runes of a class and returns them.
func (f *formula) take(in func(rune) bool) string {
	n := 0
	for n < len(f.rest) && in(f.rest[n]) {
		n++
	}
	s := string(f.rest[:n])
	f.rest = f.rest[n:]
	return s
}

func element(tag string, parts ...string) string {
	return "<" + tag + ">" + strings.Join(parts, "") + "</" + tag + ">"
}
