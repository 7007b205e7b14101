package sample

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"

	"descent/internal/prefix"
)

//go:generate gen/bible

// bibleFile is the text, compressed with gzip. gen/bible makes it.
//
//go:embed bible.txt.gz
var bibleFile []byte

// Bible returns the first million characters of the King James Bible (1611, public
// domain), from Genesis to the middle of Judges 19, for models of text; see
// [descent/datasets.NewText]. Each verse is a line, without its number. There are
// 62 different characters, all ASCII. It adds 260 KB to a program.
func Bible() (string, error) {
	z, err := gzip.NewReader(bytes.NewReader(bibleFile))
	if err != nil {
		return "", prefix.Error("sample", err)
	}
	text, err := io.ReadAll(z)
	return string(text), prefix.Error("sample", err)
}
