package cli

import (
	"fmt"
	"unicode/utf8"
)

// The maximum lengths of a message and of a name in it, in bytes. An argument
// may be megabytes long.
const (
	longLine = 2000
	longName = 300
)

// cut removes the middle of a text that is longer than limit bytes.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	head, tail := limit*2/3, len(s)-limit/3
	for head > 0 && !utf8.RuneStart(s[head]) {
		head--
	}
	for tail < len(s) && !utf8.RuneStart(s[tail]) {
		tail++
	}
	return fmt.Sprintf("%s… (%d bytes) …%s", s[:head], tail-head, s[tail:])
}
