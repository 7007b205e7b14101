package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
)

// formula is what an update does with one element, in Go. The plain loop and the
// vector kernels are made from it, and round each operation by itself.
type formula struct {
	name    string // of the method of Set
	comment string // what it is, after the name
	slices  string // the first one has the length; those that body assigns are changed
	wide    string // numbers that are float64 for every element type
	numbers string // and those of the element type
	body    string // assignments, made of + − · /, constants and the functions of [compiler.call]
}

// list splits names.
func list(names string) []string {
	if names == "" {
		return nil
	}
	return strings.Split(names, ", ")
}

// label is the formula's name within those of functions.
func (f formula) label() string { return strings.ToLower(f.name) }

// statements parses the body.
func (f formula) statements() (all []*ast.AssignStmt) {
	file, err := parser.ParseFile(token.NewFileSet(), f.name, "package p\nfunc f() {\n"+f.body+"\n}", 0)
	if err != nil {
		panic(err)
	}
	for _, s := range file.Decls[0].(*ast.FuncDecl).Body.List {
		all = append(all, s.(*ast.AssignStmt))
	}
	return all
}

func assigned(s *ast.AssignStmt) string { return s.Lhs[0].(*ast.Ident).Name }

// changed are the slices that the formula assigns, in the order of slices.
func (f formula) changed() []string {
	names := list(f.slices)
	return slices.DeleteFunc(names, func(name string) bool {
		return !slices.ContainsFunc(f.statements(), func(s *ast.AssignStmt) bool { return assigned(s) == name })
	})
}
