// Package foreign words errors about what others wrote: files, and names in them.
package foreign

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxName is the maximum number of bytes of a name that an error shows.
const maxName = 200

// Name returns a name as an error shows it: quoted if it is empty, not UTF-8 or not
// printable, and shortened if it is long.
func Name(name string) string {
	if len(name) > maxName {
		return fmt.Sprintf("%q… (%d bytes)", strings.ToValidUTF8(name[:maxName], ""), len(name))
	}
	if name == "" || !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.Quote(name)
	}
	return name
}

// JSON rewords an error of package json. The error says that the text is incomplete or,
// if a value has the wrong type, names its field, if it has one, its kind and the
// wanted type.
func JSON(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return fmt.Errorf("the JSON is incomplete: %w", io.ErrUnexpectedEOF)
	}
	e, ok := errors.AsType[*json.UnmarshalTypeError](err)
	if !ok {
		return err
	}
	text := fmt.Sprintf("%.100s: want %s", e.Value, e.Type)
	if e.Field != "" {
		text = Name(e.Field) + ": " + text
	}
	return &mistyped{text, err}
}

type mistyped struct {
	text string
	err  error
}

func (e *mistyped) Error() string { return e.text }
func (e *mistyped) Unwrap() error { return e.err }
