package figure

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"strings"
)

// Inline writes the figure as an svg element for an HTML page. It has no XML
// prologue, and no ids that could conflict with other figures. It is as wide as its
// container, up to the width of Encode, and Title is its accessible name. Errors are
// those of Encode.
func (f Figure) Inline(w io.Writer) error {
	if err := f.check(); err != nil {
		return err
	}
	_, _, width, height := f.layout()
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.5g %.5g" style="width:100%%;max-width:%.5gpt;height:auto" role="img">`,
		width.Points(), height.Points(), width.Points())
	fmt.Fprintf(&b, "\n<title>%s</title>", html.EscapeString(f.title()))
	// Replace the prologue and the start tag by those above.
	_, rest, _ := bytes.Cut(f.svg(), []byte("<svg"))
	_, content, _ := bytes.Cut(rest, []byte(">"))
	b.Write(content)
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("figure: %w", err)
	}
	return nil
}

func (f *Figure) title() string {
	if f.Title != "" {
		return f.Title
	}
	var all []string
	for i := range f.Panels {
		if t := f.Panels[i].Title; t != "" {
			all = append(all, t)
		}
	}
	return strings.Join(all, ", ")
}
