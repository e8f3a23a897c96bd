package main

import (
	"context"
	"fmt"

	"shanzhi/app/accounts"
	"shanzhi/app/config"
	"shanzhi/models"
	"shanzhi/models/fault"
)

type userCreate struct {
	StaffNo  string   `arg:"" help:"Staff number: the login."`
	Name     string   `help:"Name." required:""`
	Mobile   string   `help:"Mobile number: a second login."`
	Unit     string   `help:"Unit of the post and of the roles: name or unified social credit code." required:""`
	Title    string   `help:"Title of the post; without it there is no post."`
	Class    string   `help:"Post class." default:"general"`
	Category string   `help:"Personnel category." enum:"leading,civil,institution,village,contract" default:"civil"`
	Manager  string   `help:"Unit with the managing authority. Default: the unit."`
	Role     []string `help:"Roles at the unit, such as intake,supervisor." placeholder:"ROLE"`
}

// Run creates an account and prints its one-time first password.
func (c userCreate) Run(ctx context.Context, store config.Store, io streams) error {
	return inHouse(ctx, store, io, func(h *house) error {
		who := system("command line")
		unit, err := h.accounts.UnitByName(ctx, who, c.Unit)
		if err != nil {
			return err
		}
		in := accounts.PersonInput{StaffNo: c.StaffNo, Name: c.Name, Mobile: c.Mobile}
		if c.Title != "" {
			manager := unit
			if c.Manager != "" {
				if manager, err = h.accounts.UnitByName(ctx, who, c.Manager); err != nil {
					return err
				}
			}
			in.Post = &accounts.PostInput{
				UnitID: unit.ID, ManagerID: manager.ID, Title: c.Title, Class: c.Class,
				Category: models.Category(c.Category),
			}
		}
		p, password, err := h.accounts.CreatePerson(ctx, who, in)
		if err != nil {
			return err
		}
		for _, r := range c.Role {
			g := accounts.GrantInput{StaffNo: p.StaffNo, UnitID: unit.ID, Role: models.Role(r)}
			if _, err := h.accounts.Grant(ctx, who, g); err != nil {
				return fmt.Errorf("the account %s was created, its role %s was not granted: %w", p.StaffNo, r, err)
			}
		}
		_, err = fmt.Fprintf(io.out, "%s  %s\n", p.StaffNo, password)
		return err
	})
}

type userReset struct {
	Login string `arg:"" help:"Staff number or mobile number."`
}

// Run resets a password and prints the one-time password.
func (c userReset) Run(ctx context.Context, store config.Store, io streams) error {
	return inHouse(ctx, store, io, func(h *house) error {
		p, err := h.accounts.PersonByLogin(ctx, system("command line"), c.Login)
		if err != nil {
			return err
		}
		password, err := h.accounts.ResetPassword(ctx, system("command line"), p.ID)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(io.out, "%s  %s\n", p.StaffNo, password)
		return err
	})
}

type userFactor struct {
	Login string `arg:"" help:"Staff number or mobile number."`
}

// Run takes away a lost second factor; another is set up at the next login.
func (c userFactor) Run(ctx context.Context, store config.Store, io streams) error {
	return inHouse(ctx, store, io, func(h *house) error {
		who := system("command line")
		p, err := h.accounts.PersonByLogin(ctx, who, c.Login)
		if err != nil {
			return err
		}
		if err := h.accounts.ResetFactor(ctx, who, p.ID); err != nil {
			if fault.Is(err, fault.NotFound) {
				return fault.New(fault.NotFound, "account.factor.has_none", "login", c.Login)
			}
			return err
		}
		_, err = fmt.Fprintf(io.out, "%s\n", p.StaffNo)
		return err
	})
}

type userOff struct {
	Login string `arg:"" help:"Staff number or mobile number."`
}

// Run disables an account.
func (c userOff) Run(ctx context.Context, store config.Store, io streams) error {
	return inHouse(ctx, store, io, func(h *house) error {
		p, err := h.accounts.PersonByLogin(ctx, system("command line"), c.Login)
		if err != nil {
			return err
		}
		return h.accounts.Disable(ctx, system("command line"), p.ID, p.Version)
	})
}
