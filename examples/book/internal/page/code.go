package page

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"reflect"
	"runtime"
	"slices"
	"strings"
)

// Code is the source of an experiment.
type Code struct {
	File  string // a slash-separated path from the root of the module
	Text  string // the function
	Parts string // the declarations of its package that it uses
}

// Sources are the declarations of a package, cut from its files.
type Sources struct {
	folder string
	texts  map[string]string // by name; a method is with its type
	files  map[string]string
	uses   map[string][]string
}

// NewSources reads the Go files of a folder, without tests.
func NewSources(files fs.FS, folder string) (*Sources, error) {
	s := &Sources{folder: folder, texts: map[string]string{}, files: map[string]string{}, uses: map[string][]string{}}
	names, err := fs.Glob(files, "*.go")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, d := range file.Decls {
			s.add(set, name, text, d)
		}
	}
	return s, nil
}

// add keeps a declaration under each name that it declares.
func (s *Sources) add(set *token.FileSet, file string, text []byte, d ast.Decl) {
	begin, end := d.Pos(), d.End()
	var names []string
	var doc *ast.CommentGroup
	switch d := d.(type) {
	case *ast.FuncDecl:
		names, doc = []string{d.Name.Name}, d.Doc
		if d.Recv != nil {
			names = receiver(d.Recv.List[0].Type)
		}
	case *ast.GenDecl:
		if d.Tok == token.IMPORT {
			return
		}
		doc = d.Doc
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				names = append(names, spec.Name.Name)
			case *ast.ValueSpec:
				for _, n := range spec.Names {
					names = append(names, n.Name)
				}
			}
		}
	}
	if doc != nil {
		begin = doc.Pos()
	}
	cut := string(text[set.Position(begin).Offset:set.Position(end).Offset])
	for _, n := range names {
		if s.texts[n] != "" {
			s.texts[n] += "\n\n" // a method after its type, or before it
		}
		s.texts[n] += cut
		s.files[n] = file
		s.uses[n] = append(s.uses[n], mentioned(d)...)
	}
}

// receiver is the name of the type of a method.
func receiver(e ast.Expr) []string {
	for {
		switch t := e.(type) {
		case *ast.StarExpr:
			e = t.X
		case *ast.IndexExpr:
			e = t.X
		case *ast.Ident:
			return []string{t.Name}
		default:
			return nil
		}
	}
}

// mentioned returns the identifiers in a declaration, except selected ones.
func mentioned(d ast.Decl) (names []string) {
	ast.Inspect(d, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			ast.Inspect(n.X, func(x ast.Node) bool {
				if id, ok := x.(*ast.Ident); ok {
					names = append(names, id.Name)
				}
				return true
			})
			return false
		case *ast.Ident:
			names = append(names, n.Name)
		}
		return true
	})
	return names
}

// Of returns the source of the function that an experiment runs, and of the declarations
// that it uses.
func (s *Sources) Of(run func(*Page) error) (Code, error) {
	name := runtime.FuncForPC(reflect.ValueOf(run).Pointer()).Name()
	name = name[strings.LastIndex(name, ".")+1:]
	if s.texts[name] == "" {
		return Code{}, fmt.Errorf("no source of %s in %s", name, s.folder)
	}
	order := []string{name}
	for i := 0; i < len(order); i++ {
		for _, n := range s.uses[order[i]] {
			if s.texts[n] != "" && !slices.Contains(order, n) {
				order = append(order, n)
			}
		}
	}
	c := Code{File: s.folder + "/" + s.files[name], Text: s.texts[name]}
	var parts []string
	for _, n := range order[1:] {
		if !slices.Contains(parts, s.texts[n]) { // a group of constants is one
			parts = append(parts, s.texts[n])
		}
	}
	c.Parts = strings.Join(parts, "\n\n")
	return c, nil
}
