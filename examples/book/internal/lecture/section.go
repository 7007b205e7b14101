// Package lecture contains the experiments of a lecture page on variants of gradient descent (002).
package lecture

import (
	"embed"

	"descent/examples/book/internal/page"
)

//go:embed *.go
var source embed.FS

// Section is the document.
func Section() *page.Section {
	return &page.Section{Number: "002", Title: "Lecture: gradient descent", Experiments: lectureExperiments, Source: source, Folder: "examples/book/internal/lecture"}
}
