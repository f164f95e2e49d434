/** The file of the yearly transfers: what stands in it is how it shall be; who is not in it stays as they are. */
export const importItems = ['ID', '氏名', '所属', '区分', '役割', '開始日', '終了日'] as const
